using System.Security.Cryptography;
using System.Text;
using Governance.Ledger;

namespace Governance.Audit.Sealing;

/// <summary>
/// Holds the signing key and the last checkpoint signed with it in a folder of its own, apart from the database: whoever rewrites
/// or shortens the database gets no signature for it. The last checkpoint is on disk before its signature leaves.
/// </summary>
internal sealed class Signer
{
    private const string KeyFile = "signing-key";
    private const string PublicFile = "public-keys";
    private const string StateFile = "checkpoint";

    private const string NextKeyFile = "signing-key.prepared";

    private readonly string folder;
    private readonly Lock gate = new();
    private NoteSigner key;

    private Signer(string folder, NoteSigner key, SignedNote last, IReadOnlyList<NoteKey> keys)
    {
        this.folder = folder;
        this.key = key;
        LastNote = last;
        Last = Checkpoint.Parse(last.Text);
        Keys = keys;
    }

    public SignedNote LastNote { get; private set; }

    public Checkpoint Last { get; private set; }

    /// <summary>All public keys this log was ever signed with, the current one last.</summary>
    public IReadOnlyList<NoteKey> Keys { get; private set; }

    /// <summary>A key that was prepared and has not taken over, or null.</summary>
    public NoteKey? Prepared => File.Exists(Path.Combine(folder, NextKeyFile)) ? Read(folder, NextKeyFile, key.Key.Name).Key : null;

    /// <summary>Opens the folder of a log; the first time, makes it, with a key and the checkpoint of the empty log.</summary>
    /// <param name="isNew">Whether nothing was ever sealed: only then may the folder be empty.</param>
    public static Signer Open(LedgerSettings settings, bool isNew)
    {
        var folder = settings.Folder;

        if (!File.Exists(Path.Combine(folder, StateFile)))
        {
            if (!isNew)
            {
                throw new LedgerException(
                    "signer-without-memory", "The ledger has leaves, but the signer's folder knows nothing of them. Give it back its folder (Ledger:Folder).");
            }

            Create(settings);
        }

        var key = Read(folder, KeyFile, settings.Origin);
        NoteKey[] keys = [.. File.ReadAllLines(Path.Combine(folder, PublicFile)).Select(NoteKey.Parse)];
        var last = SignedNote.Parse(File.ReadAllText(Path.Combine(folder, StateFile)));
        last.VerifiedBy(keys);

        return Checkpoint.Parse(last.Text).Origin == settings.Origin
            ? new(folder, key, last, keys)
            : throw new LedgerException("other-log", "The signer's folder belongs to a log of another name (Ledger:Origin).");
    }

    /// <summary>Signs a later state of the log.</summary>
    /// <exception cref="LedgerException">It is not a continuation of the last one signed.</exception>
    public SignedNote Sign(Checkpoint next, IReadOnlyList<byte[]> proof)
    {
        lock (gate)
        {
            return SignAlone(next, proof);
        }
    }

    /// <summary>Makes a new key and has each key sign the other; the old one stays in force.</summary>
    public (NoteKey From, NoteKey To, byte[] ByOld, byte[] ByNew) Prepare()
    {
        lock (gate)
        {
            var seed = RandomNumberGenerator.GetBytes(32);
            var next = new NoteSigner(key.Key.Name, seed);
            Write(folder, NextKeyFile, Convert.ToBase64String(seed));

            return (key.Key, next.Key, key.Bytes(next.Key.ToString()), next.Bytes(key.Key.ToString()));
        }
    }

    /// <summary>The prepared key takes over; doing it again changes nothing.</summary>
    public void Activate(NoteKey prepared)
    {
        lock (gate)
        {
            if (key.Key == prepared || Prepared != prepared)
            {
                return;
            }

            key = Read(folder, NextKeyFile, key.Key.Name);
            Keys = [.. Keys.Where(known => known != prepared), prepared];
            Write(folder, PublicFile, string.Concat(Keys.Select(known => $"{known}\n")));
            File.Move(Path.Combine(folder, NextKeyFile), Path.Combine(folder, KeyFile), overwrite: true);
        }
    }

    private SignedNote SignAlone(Checkpoint next, IReadOnlyList<byte[]> proof)
    {
        if (next.Size < Last.Size)
        {
            throw new LedgerException("shrunk", $"{Last.Size} leaves were signed for, but only {next.Size} are there.");
        }

        if (!Merkle.IsConsistent(Last.Size, next.Size, Last.Root, next.Root, proof))
        {
            throw new LedgerException("forked", $"The first {Last.Size} leaves are not those that were signed for.");
        }

        if (next.Size > Last.Size)
        {
            var note = key.Sign(next.ToString());
            Write(folder, StateFile, note.ToString());
            (LastNote, Last) = (note, next);
        }

        return LastNote;
    }

    private static NoteSigner Read(string folder, string file, string name) =>
        new(name, Convert.FromBase64String(File.ReadAllText(Path.Combine(folder, file))));

    private static void Create(LedgerSettings settings)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(settings.Folder);
        }
        else
        {
            Directory.CreateDirectory(settings.Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        var seed = RandomNumberGenerator.GetBytes(32);
        var key = new NoteSigner(settings.Origin, seed);
        Write(settings.Folder, KeyFile, Convert.ToBase64String(seed));
        Write(settings.Folder, PublicFile, $"{key.Key}\n");
        Write(settings.Folder, StateFile, key.Sign(new Checkpoint(settings.Origin, 0, Merkle.EmptyRoot).ToString()).ToString());
    }

    /// <summary>The file has its old or its new content, whenever the power fails.</summary>
    private static void Write(string folder, string name, string content)
    {
        var next = Path.Combine(folder, $"{name}.next");
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };

        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var file = new FileStream(next, options))
        {
            file.Write(Encoding.UTF8.GetBytes(content));
            file.Flush(flushToDisk: true);
        }

        File.Move(next, Path.Combine(folder, name), overwrite: true);
    }
}
