#!/usr/bin/env python3
"""Verifies an evidence package of the audit ledger with nothing but Python's standard library (see docs/ledger.md).

usage: verify_evidence.py FILE [--key KEY]...

Prints "ok" with what was checked, or "refused CODE: reason". Exit code 0 or 1.
Written from the description of the format, independently of the C# verifier; tests run both on the same packages.
"""
import base64
import binascii
import datetime
import hashlib
import json
import re
import sys
import zipfile
from decimal import Decimal, InvalidOperation

LARGEST = 2**53 - 1
LINE = ["leaf", "personal", "position", "proof"]
LEAF = ["actor", "causation", "contract", "correlation", "data", "effectiveAt", "eventId", "log", "prev", "previous", "receivedAt",
        "recordedAt", "revision", "service", "stream", "useCaseId", "v", "version"]
ERASURE = "governance.personal-data-erased.v1"
MANIFEST = ["createdAt", "facts", "files", "from", "kind", "origin", "size", "to", "useCaseId", "v"]


class Refused(Exception):
    def __init__(self, code, reason):
        super().__init__(reason)
        self.code = code


def need(holds, code, reason):
    if not holds:
        raise Refused(code, reason)


# --- canonical JSON: RFC 8785 restricted to integers -------------------------------------------------------------------------------

def quote(text):
    out = ['"']
    for c in text:
        if c in '"\\':
            out.append("\\" + c)
        elif c < " ":
            need(c != "\0", "not-canonical", "U+0000")
            out.append({"\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(c) or "\\u%04x" % ord(c))
        else:
            need(not 0xD800 <= ord(c) <= 0xDFFF, "not-canonical", "half a surrogate pair")
            out.append(c)
    return "".join(out) + '"'


def utf16(text):
    return text.encode("utf-16-be", "surrogatepass")


def canonical(value):
    if value is None or value is True or value is False:
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, Decimal):
        need(value == value.to_integral_value() and value.as_tuple().exponent == 0 and abs(value) <= LARGEST
             and not (value == 0 and value.is_signed()), "not-canonical", "a number that is no plain integer")
        return str(int(value))
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    return "{" + ",".join(quote(k) + ":" + canonical(value[k]) for k in sorted(value, key=utf16)) + "}"


def no_twins(pairs):
    members = dict(pairs)
    need(len(members) == len(pairs), "not-canonical", "a member twice")
    return members


def parse(data):
    def constant(_):
        raise ValueError("no number")
    try:
        value = json.loads(data.decode("utf-8"), object_pairs_hook=no_twins, parse_int=Decimal, parse_float=Decimal, parse_constant=constant)
    except (ValueError, RecursionError, InvalidOperation):
        raise Refused("not-canonical", "no JSON")
    need(depth(value) <= 64, "not-canonical", "nested too deeply")
    return value


def depth(value):
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max(map(depth, inner), default=0)


def parse_canonical(data):
    value = parse(data)
    need(canonical(value).encode() == data, "not-canonical", "another spelling of the value")
    return value


def content_hash(data):
    """The hash decisions name policies by: without null members, fractions as strings without trailing zeros."""
    def write(value):
        if isinstance(value, Decimal):
            if value == value.to_integral_value() and abs(value) <= LARGEST:
                return str(int(value))
            return '"%s"' % format(value.normalize(), "f")
        if isinstance(value, list):
            return "[" + ",".join(map(write, value)) + "]"
        if isinstance(value, dict):
            return "{" + ",".join(quote(k) + ":" + write(value[k]) for k in sorted(value, key=utf16) if value[k] is not None) + "}"
        return canonical(value)
    try:
        return hashlib.sha256(write(parse(data[3:] if data.startswith(b"\xef\xbb\xbf") else data)).encode()).hexdigest()
    except Refused:
        return ""


# --- the tree of RFC 6962 ----------------------------------------------------------------------------------------------------------

def leaf_hash(data):
    return hashlib.sha256(b"\0" + data).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def root_from(position, size, hash_, proof):
    """Climbs from a leaf to the root; None where the proof has not the right length."""
    def climb(first, count):
        if count == 1:
            return hash_
        half = 1 << (count - 1).bit_length() - 1
        if position < first + half:
            below = climb(first, half)
            return node_hash(below, proof.pop(0)) if proof and below else None
        below = climb(first + half, count - half)
        return node_hash(proof.pop(0), below) if proof and below else None
    if not 0 <= position < size:
        return None
    proof = list(proof)
    root = climb(0, size)
    return None if proof else root


# --- Ed25519 (RFC 8032) ------------------------------------------------------------------------------------------------------------

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def recover_x(y, sign):
    if y >= P:
        return None
    xx = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(xx, (P + 3) // 8, P)
    if (x * x - xx) % P:
        x = x * ROOT % P
    if (x * x - xx) % P or (x == 0 and sign):
        return None
    return P - x if x & 1 != sign else x


def point(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    x = recover_x(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


def add(a, b):
    e, f = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    g, h = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = f - e, h - g, h + g, f + e
    return e * f % P, g * h % P, f * g % P, e * h % P


def multiply(n, a):
    result = (0, 1, 1, 0)
    while n:
        if n & 1:
            result = add(result, a)
        a, n = add(a, a), n >> 1
    return result


BASE = (recover_x(4 * pow(5, P - 2, P) % P, 0), 4 * pow(5, P - 2, P) % P, 1, 0)
BASE = BASE[:3] + (BASE[0] * BASE[1] % P,)


def signed(key, text, signature):
    a, r, s = point(key), point(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + text).digest(), "little") % L
    left, right = multiply(s, BASE), add(r, multiply(k, a))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


# --- signed notes and checkpoints (C2SP) -------------------------------------------------------------------------------------------

def base64_exact(text, code):
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Refused(code, "base64 is malformed")
    need(base64.b64encode(data).decode() == text, code, "base64 is not canonical")
    return data


def is_name(name):
    return 0 < len(name) <= 200 and not any(c.isspace() or ord(c) < 32 or 0x7F <= ord(c) < 0xA0 or c == "+" for c in name)


def parse_key(text):
    parts = text.split("+", 2)
    need(len(parts) == 3 and is_name(parts[0]), "key-malformed", "a key reads name+id+base64")
    data = base64_exact(parts[2], "key-malformed")
    need(len(data) == 33 and data[0] == 1, "key-malformed", "a key is of type Ed25519")
    key_id = hashlib.sha256(parts[0].encode() + b"\n" + data).digest()[:4]
    need(key_id.hex() == parts[1], "key-malformed", "the id does not fit the key")
    return parts[0], key_id, data[1:]


def parse_witness(text):
    parts = text.split("+", 2)
    need(len(parts) == 3 and is_name(parts[0]), "key-malformed", "a key reads name+id+base64")
    data = base64_exact(parts[2], "key-malformed")
    need(len(data) == 33 and data[0] == 4, "key-malformed", "a witness's key is of the type for cosignatures")
    key_id = hashlib.sha256(parts[0].encode() + b"\n" + data).digest()[:4]
    need(key_id.hex() == parts[1], "key-malformed", "the id does not fit the key")
    return parts[0], key_id, data[1:]


def witnessed(note, witness):
    end = note.rfind("\n\n")
    seen = False
    for line in note[end + 2:].split("\n")[:-1]:
        name, value = line[2:].rsplit(" ", 1)
        value = base64.b64decode(value)
        if (name, value[:4]) == witness[:2]:
            need(len(value) == 76, "signature-wrong", "a witness signs with the time")
            message = "cosignature/v1\ntime %d\n%s" % (int.from_bytes(value[4:12], "big"), note[:end + 1])
            need(signed(witness[2], message.encode(), value[12:]), "signature-wrong", "the witness's signature does not fit the text")
            seen = True
    need(seen, "witness-missing", "the witness %s has not signed" % witness[0])


def utf8(data, code):
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused(code, "not UTF-8")


def lines(data, code):
    text = utf8(data, code)
    need(text.endswith("\n"), code, "the last line has no end")
    return text[:-1].split("\n")


def open_checkpoint(data, keys):
    bad = "note-malformed"
    note = utf8(data, bad)
    end = note.rfind("\n\n")
    need(len(note.encode("utf-16-le")) // 2 <= 16 * 1024 and end >= 0 and note.endswith("\n") and not any(c < " " and c != "\n" for c in note), bad, "no note")
    signatures = []
    below = note[end + 2:].split("\n")[:-1]
    need(1 <= len(below) <= 16, bad, "1 to 16 signatures")
    for line in below:
        need(line.startswith("\u2014 ") and line.rfind(" ") > 2, bad, "a signature line")
        name, value = line[2:].rsplit(" ", 1)
        value = base64_exact(value, bad)
        need(len(value) in (68, 76) and is_name(name), bad, "a signature")
        signatures.append((name, value[:4], value[4:]))
    text = note[:end + 1]
    signer = None
    for key in keys:
        for name, key_id, value in signatures:
            if (name, key_id) == key[:2]:
                need(len(value) == 64 and signed(key[2], text.encode(), value), "signature-wrong", "the signature does not fit the text")
                signer = signer or key
    need(signer, "signature-missing", "no trusted key has signed")
    parts = text.split("\n")
    need(len(parts) == 4 and parts[0] and parts[3] == "", "checkpoint-malformed", "three lines")
    need(re.fullmatch("0|[1-9][0-9]{0,15}", parts[1], re.ASCII) and int(parts[1]) <= LARGEST, "checkpoint-malformed", "the size")
    root = base64_exact(parts[2], "checkpoint-malformed")
    need(len(root) == 32, "checkpoint-malformed", "the root")
    return parts[0], int(parts[1]), root, signer


# --- the package -------------------------------------------------------------------------------------------------------------------

def read_files(path):
    try:
        with zipfile.ZipFile(path) as archive:
            files = {}
            for info in archive.infolist():
                need(info.file_size <= 2**30, "zip-unreadable", "too large")
                data = archive.read(info)
                need(info.filename not in files, "file-twice", "a file twice")
                files[info.filename] = data
            return files
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError, EOFError, __import__("zlib").error):
        raise Refused("zip-unreadable", "no readable zip file")


def text(value, name):
    need(isinstance(value[name], str), "fact-malformed", name)
    return value[name]


def number(value, name):
    need(isinstance(value[name], Decimal), "fact-malformed", name)
    return int(value[name])


def read_manifest(files):
    need("manifest.json" in files, "manifest-missing", "no manifest.json")
    try:
        manifest = parse_canonical(files["manifest.json"])
        need(isinstance(manifest, dict) and sorted(manifest) == MANIFEST and manifest["v"] == 1 and manifest["kind"] in ("case", "period")
             and all(isinstance(manifest[n], str) for n in ("useCaseId", "origin", "createdAt", "from", "to"))
             and all(isinstance(manifest[n], Decimal) for n in ("size", "facts", "v"))
             and isinstance(manifest["files"], dict) and all(isinstance(h, str) for h in manifest["files"].values()), "", "")
        return manifest
    except Refused:
        raise Refused("manifest-malformed", "not the manifest of an evidence package of version 1")


def is_known(name):
    return name in ("checkpoint", "keys", "facts.jsonl", "erasures.jsonl", "report.pdf", "README.txt") or (name.startswith(("policies/", "schemas/")) and name.endswith(".json"))


def check_files(manifest, files):
    listed = manifest["files"]
    for name in sorted(files, key=utf16):
        need(name == "manifest.json" or (name in listed and is_known(name)), "file-unlisted", name)
    for name in sorted({*listed, "checkpoint", "keys", "facts.jsonl"}, key=utf16):
        need(name in files, "file-missing", name)
        need(listed.get(name) == hashlib.sha256(files[name]).hexdigest(), "file-changed", name)


def commitment(path, salt, value):
    return base64.urlsafe_b64encode(hashlib.sha256(b"\2" + canonical([salt, path, value]).encode()).digest()).decode().rstrip("=")


def salt_exact(salt):
    need(re.fullmatch("[A-Za-z0-9_-]*", salt, re.ASCII) and len(salt) % 4 != 1, "fact-malformed", "a salt is base64url")
    data = base64.urlsafe_b64decode(salt + "=" * (-len(salt) % 4))
    need(base64.urlsafe_b64encode(data).decode().rstrip("=") == salt, "fact-malformed", "a salt is canonical")


def check_personal(data, personal):
    expected = data.get("$sd") or {}
    expected = dict(expected) if isinstance(expected, dict) else {}
    count = len(expected)
    need(isinstance(personal, list), "fact-malformed", "personal")
    for item in personal:
        need(isinstance(item, dict) and sorted(item) == ["path", "salt", "value"], "fact-malformed", "a personal value")
        salt_exact(text(item, "salt"))
        need(text(item, "path") in expected, "personal-surplus", item["path"])
        need(commitment(item["path"], item["salt"], item["value"]) == expected.pop(item["path"]), "personal-changed", item["path"])
    return count, sorted(expected, key=utf16)


def check_sealed(line, checkpoint, last, manifest=None):
    """A leaf of this log, at a later position than the one before, in the tree that was signed."""
    origin, size, root, _ = checkpoint
    bad = "fact-malformed"
    need(isinstance(line, dict) and sorted(line) == LINE and isinstance(line["leaf"], dict) and sorted(line["leaf"]) == LEAF, bad, "other members")
    leaf, position = line["leaf"], number(line, "position")
    need(number(leaf, "v") == 1, "leaf-version", "another version than 1")
    need(text(leaf, "log") == origin, "other-log", "another log")
    need(position > last, "order-wrong", "not in the order of positions")
    if manifest and manifest["kind"] == "case":
        need(text(leaf, "useCaseId") == manifest["useCaseId"], "other-case", "another use case")
    elif manifest:
        need(manifest["from"] <= text(leaf, "recordedAt") < manifest["to"], "other-period", "recorded outside of the period")
    hash_ = leaf_hash(canonical(leaf).encode())
    need(isinstance(line["proof"], list) and all(isinstance(h, str) for h in line["proof"]), bad, "proof")
    proof = [base64_exact(h, bad) for h in line["proof"]]
    need(all(len(h) == 32 for h in proof), bad, "a hash has 32 bytes")
    need(root_from(position, size, hash_, proof) == root, "proof-wrong", "not in the tree that was signed, position %d" % position)
    return leaf, position, hash_


def moment(leaf, name):
    written = text(leaf, name)
    need(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", written, re.ASCII), "fact-malformed", name)
    try:
        return datetime.datetime.strptime(written, "%Y-%m-%dT%H:%M:%S.%fZ")
    except ValueError:
        raise Refused("fact-malformed", name)


class Clocks:
    """Times of facts that contradict one another by more than a minute; no forgery, so nothing is refused for them."""

    def __init__(self):
        self.said = []
        self.streams = {}
        self.facts = {}
        self.causes = []

    def add(self, leaf, position, stream):
        id_, cause = text(leaf, "eventId"), text(leaf, "causation")
        need(re.fullmatch("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", id_, re.ASCII), "fact-malformed", "eventId")
        effective, recorded, received = moment(leaf, "effectiveAt"), moment(leaf, "recordedAt"), moment(leaf, "receivedAt")
        self.compare("recorded-after-received", position, received, recorded)
        if effective < recorded:
            self.compare("effective-not-recorded", position, effective, recorded)
        else:
            self.compare("effective-not-recorded", position, recorded, effective)
        self.compare("recorded-before-predecessor", position, recorded, self.streams.get(stream, recorded))
        self.streams[stream] = recorded
        self.facts.setdefault(id_, recorded)
        self.causes.append((position, recorded, cause))

    def compare(self, code, position, time, other):
        if other - time > datetime.timedelta(minutes=1):
            self.said.append((code, position))

    def report(self):
        for position, recorded, cause in self.causes:
            self.compare("recorded-before-cause", position, recorded, self.facts.get(cause, recorded))
        return ", ".join("%s at %d" % said for said in sorted(self.said)) or "none contradicts another"


def check_fact(line, manifest, checkpoint, heads, last, clocks):
    bad = "fact-malformed"
    leaf, position, hash_ = check_sealed(line, checkpoint, last, manifest)
    stream = text(leaf, "service"), text(leaf, "stream")
    version, head = heads.get(stream, (0, ""))
    before_period = manifest["kind"] == "period" and stream not in heads
    need(before_period or (number(leaf, "previous") == version and text(leaf, "prev") == head), "chain-broken", "a fact is missing before position %d" % position)
    clocks.add(leaf, position, stream)
    heads[stream] = number(leaf, "version"), base64.b64encode(hash_).decode()
    need(isinstance(leaf["data"], dict), bad, "data")
    count, missing = check_personal(leaf["data"], line["personal"])
    return position, count, [(text(leaf, "eventId"), text(leaf, "useCaseId"), path) for path in missing]


def is_erasure(leaf):
    return text(leaf, "contract") == ERASURE and text(leaf, "service") == "audit"


def check_erasure(leaf, erased):
    """Remembers what an erasure names, by fact and path, with the case it is about."""
    data, bad = leaf["data"], "fact-malformed"
    need(isinstance(data, dict) and isinstance(data.get("facts"), list) and isinstance(data.get("approvedBy"), list)
         and all(isinstance(data.get(n), str) for n in ("erasureId", "useCaseId", "requestedBy"))
         and all(isinstance(by, str) for by in data["approvedBy"])
         and all(isinstance(f, dict) and isinstance(f.get("eventId"), str) and isinstance(f.get("paths"), list)
                 and all(isinstance(p, str) for p in f["paths"]) for f in data["facts"]), bad, "an erasure")
    approved = data["approvedBy"]
    need(approved and len(set(approved)) == len(approved) and data["requestedBy"] not in approved,
         "erasure-unapproved", "not asked for by one person and approved by another")
    need(data["useCaseId"] == text(leaf, "useCaseId"), "erasure-other", "about another use case")
    for fact in data["facts"]:
        for path in fact["paths"]:
            erased.setdefault((fact["eventId"], path), set()).add(data["useCaseId"])


def check_erasures(data, checkpoint, erased):
    last = -1
    for raw in lines(data, "not-canonical"):
        leaf, last, _ = check_sealed(parse_canonical(raw.encode()), checkpoint, last)
        need(is_erasure(leaf), "erasure-other", "a fact of another kind")
        check_erasure(leaf, erased)


def verify(path, trusted=(), witnesses=()):
    files = read_files(path)
    manifest = read_manifest(files)
    check_files(manifest, files)
    own = [parse_key(line) for line in lines(files["keys"], "key-malformed")]
    checkpoint = open_checkpoint(files["checkpoint"], [parse_key(k) for k in trusted] or own)
    need(checkpoint[0] == manifest["origin"] and checkpoint[1] == int(manifest["size"]), "checkpoint-differs", "not the one of the manifest")
    for witness in witnesses:
        witnessed(files["checkpoint"].decode(), parse_witness(witness))
    policies = set()
    for name in sorted((n for n in files if n.startswith("policies/")), key=utf16):
        policies.add(name[len("policies/"):-len(".json")])
        need(content_hash(files[name]) == name[len("policies/"):-len(".json")], "policy-changed", name)
    heads, last, commitments, facts, missing, erased, clocks = {}, -1, 0, [], [], {}, Clocks()
    for raw in lines(files["facts.jsonl"], "not-canonical"):
        line = parse_canonical(raw.encode())
        last, count, gone = check_fact(line, manifest, checkpoint, heads, last, clocks)
        commitments += count
        missing += gone
        if is_erasure(line["leaf"]):
            check_erasure(line["leaf"], erased)
        facts.append(line["leaf"]["data"])
    need(len(facts) == int(manifest["facts"]), "count-differs", "another number of facts than the manifest says")
    if "erasures.jsonl" in files:
        check_erasures(files["erasures.jsonl"], checkpoint, erased)
    for event, case, path in missing:
        cases = erased.get((event, path), ())
        need(case in cases or (not case and cases), "personal-missing", "the value %s of %s is gone without an erasure" % (path, event))
    for data in facts:
        basis = data.get("basis")
        for hash_ in (basis.get("policyHash") if isinstance(basis, dict) else None, data.get("priceBookHash"), data.get("calendarHash")):
            need(not isinstance(hash_, str) or hash_ in policies, "policy-missing", "what a fact was decided under")
    return "ok: %d facts of %d streams in a tree of %d leaves signed by %s (%s), %d commitments, %d erased, %d policies; clocks: %s" % (
        len(facts), len(heads), checkpoint[1], checkpoint[3][0], "trusted key" if trusted else "key of the package", commitments, len(missing), len(policies), clocks.report())


def main(arguments):
    named = {"--key": [], "--witness": []}
    for option, keys in named.items():
        while option in arguments:
            at = arguments.index(option)
            keys.append(arguments[at + 1])
            del arguments[at:at + 2]
    worst = 0
    for path in arguments:
        try:
            print(verify(path, named["--key"], named["--witness"]))
        except Refused as e:
            print("refused %s: %s" % (e.code, e))
            worst = 1
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
