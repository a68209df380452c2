using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using Governance.Ledger;
using Npgsql;

namespace Governance.Audit.Sealing;

/// <summary>
/// Has witnesses sign checkpoints as well (C2SP tlog-witness): each signs only what continues all it has seen of this log, so that
/// not even the owner of key, folder and database can show different histories to different people. Their signatures stand below the
/// ledger's own in the stored checkpoint. Configured as <c>Ledger:Witnesses:0:Url</c> and <c>:Key</c>.
/// </summary>
internal sealed class Witnesses(IConfiguration configuration, IHttpClientFactory clients, LedgerTree tree, NpgsqlDataSource database)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>The size each witness has seen last, as far as we know.</summary>
    private readonly ConcurrentDictionary<string, long> seen = new();

    public IReadOnlyList<(string Url, WitnessKey Key)> All =>
    [
        .. configuration.GetSection("Ledger:Witnesses").GetChildren().Select(witness => (
            witness["Url"] ?? throw new InvalidOperationException($"{witness.Path}:Url is missing."),
            WitnessKey.Parse(witness["Key"] ?? throw new InvalidOperationException($"{witness.Path}:Key is missing.")))),
    ];

    /// <summary>Has a signed checkpoint signed by a witness that has not signed it yet.</summary>
    /// <exception cref="LedgerException">The witness has seen a history that this one does not continue.</exception>
    public async Task Cosign(string url, WitnessKey witness, string signed, CancellationToken ct)
    {
        var checkpoint = Checkpoint.Parse(SignedNote.Parse(signed).Text);
        var stored = SignedNote.Parse(await Stored(checkpoint.Size, ct) ?? signed);

        if (witness.Saw(stored) is not null)
        {
            return;
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        var (status, text) = await Ask(url, seen.GetValueOrDefault(witness.ToString()), checkpoint.Size, signed, patience.Token);

        if (status is HttpStatusCode.Conflict && long.TryParse(text.TrimEnd('\n'), NumberStyles.None, CultureInfo.InvariantCulture, out var size))
        {
            (status, text) = size <= checkpoint.Size
                ? await Ask(url, size, checkpoint.Size, signed, patience.Token)
                : throw new LedgerException("witness-ahead", $"The witness has seen {size} leaves of this ledger, which has {checkpoint.Size}.");
        }

        if (status is HttpStatusCode.Conflict or HttpStatusCode.UnprocessableEntity)
        {
            throw new LedgerException("witness-refuses", "The witness has seen another history of this ledger.");
        }

        if (status is not HttpStatusCode.OK)
        {
            throw new HttpRequestException($"The witness answered {(int)status}.");
        }

        // Signatures of others than the witness asked are left out, and a false one is none.
        var added = SignedNote.Parse($"{stored.Text}\n{text}");
        NoteSignature[] own = [.. added.Signatures.Where(signature => signature.Name == witness.Name && signature.KeyId == witness.Id)];
        _ = witness.Saw(added) ?? throw new HttpRequestException("The witness answered without a signature.");
        seen[witness.ToString()] = checkpoint.Size;

        await using var command = database.CreateCommand("update checkpoint set note = note || $2 where size = $1 and position($2 in note) = 0");
        command.Parameters.AddWithValue(checkpoint.Size);
        command.Parameters.AddWithValue($"\u2014 {own[0]}\n");
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>The last checkpoint, signed by every witness that can be reached and has not gone on already.</summary>
    public async Task<string> OnLatest(CancellationToken ct)
    {
        var (note, _) = await ReadProofs.Latest(database, ct);

        foreach (var (url, key) in All)
        {
            try
            {
                await Cosign(url, key, note, ct);
            }
            catch (Exception e) when (e is HttpRequestException or LedgerException or OperationCanceledException && !ct.IsCancellationRequested)
            {
                // The anchors' status says so; evidence is evidence without a witness as well.
            }
        }

        return All is [] ? note : await Stored(Checkpoint.Parse(SignedNote.Parse(note).Text).Size, ct) ?? note;
    }

    private async Task<(HttpStatusCode Status, string Text)> Ask(string url, long from, long to, string note, CancellationToken ct)
    {
        var proof = from is 0 || from == to ? [] : await tree.ConsistencyProof(from, to, ct);
        var body = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"old {from}\n"));
        proof.ForEach(hash => body.Append(Convert.ToBase64String(hash)).Append('\n'));
        body.Append('\n').Append(note);
        using var content = new StringContent(body.ToString());
        using var answer = await clients.CreateClient(Origins.Client).PostAsync(new Uri($"{url.TrimEnd('/')}/add-checkpoint"), content, ct);

        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(ct));
    }

    private async Task<string?> Stored(long size, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select note from checkpoint where size = $1");
        command.Parameters.AddWithValue(size);

        return await command.ExecuteScalarAsync(ct) as string;
    }
}
