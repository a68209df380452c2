using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Governance.ServiceDefaults;
using Governance.Testing;
using Governance.Testing.BadInput;

namespace Governance.Intake.Tests.BadInput;

/// <summary>Requests no HTTP client would send, byte by byte over the wire.</summary>
public sealed class RawRequestTests(IntakeService intake) : IClassFixture<IntakeService>
{
    private readonly string token = TestTokens.For(new Person(Roles.PortfolioManager, "Retail Banking"));

    /// <summary>What one server takes for the end of a body is the next request to another: only one reading may survive.</summary>
    [Theory]
    [InlineData("Content-Length: 6\r\nTransfer-Encoding: chunked\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 6\r\n")]
    [InlineData("Content-Length: 6\r\nTransfer-Encoding: identity, chunked\r\n")]
    [InlineData("Content-Length: 6\r\nContent-Length: 60\r\n")]
    [InlineData("Content-Length: 6, 60\r\n")]
    [InlineData("Content-Length: -1\r\n")]
    [InlineData("Transfer-Encoding: chunked, identity\r\n")]
    [InlineData("Transfer-Encoding : chunked\r\n")]
    [InlineData("Transfer-Encoding: xchunked\r\n")]
    public async Task A_body_with_two_lengths_smuggles_no_second_request(string lengths)
    {
        var before = await intake.Stored();
        var answer = await Send($"{Head("POST")}{lengths}\r\n0\r\n\r\nGET /alive HTTP/1.1\r\nHost: a\r\nX: smuggled\r\n\r\n");

        answer.ShouldStartWith("HTTP/1.1 4");
        answer.ShouldNotContain("HTTP/1.1 200");
        (await intake.Stored()).ShouldBe(before);
    }

    [Theory]
    [InlineData("5\r\nabc")]
    [InlineData("ffffffffffffffff\r\nabc\r\n0\r\n\r\n")]
    [InlineData("-1\r\nabc\r\n0\r\n\r\n")]
    [InlineData("xyz\r\n")]
    public async Task A_chunk_with_a_wrong_size_is_refused(string body)
    {
        var before = await intake.Stored();
        var answer = await Send($"{Head("POST")}Transfer-Encoding: chunked\r\n\r\n{body}", closeAfter: true);

        answer.ShouldNotContain("HTTP/1.1 2");
        answer.ShouldNotContain("HTTP/1.1 5");
        (await intake.Stored()).ShouldBe(before);
    }

    [Fact]
    public async Task A_body_that_ends_before_its_length_changes_nothing()
    {
        var before = await intake.Stored();
        var answer = await Send($"{Head("POST")}Content-Length: 5000\r\n\r\n{{\"title\":\"x\"", closeAfter: true);

        answer.ShouldNotContain("HTTP/1.1 2");
        answer.ShouldNotContain("HTTP/1.1 5");
        (await intake.Stored()).ShouldBe(before);
    }

    [Fact]
    public async Task A_body_that_drips_is_cut_off_within_seconds()
    {
        var before = await intake.Stored();
        var since = Stopwatch.StartNew();
        var answer = await Send($"{Head("POST")}Content-Length: 5000\r\n\r\n{{", dripFor: TimeSpan.FromSeconds(25));

        since.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20));
        answer.ShouldNotContain("HTTP/1.1 2");
        answer.ShouldNotContain("HTTP/1.1 5");
        (await intake.Stored()).ShouldBe(before);
    }

    [Theory]
    [InlineData(1, 100_000)]
    [InlineData(1_000, 1)]
    public async Task Headers_without_end_are_refused(int count, int length)
    {
        var before = await intake.Stored();
        var headers = string.Concat(Enumerable.Range(0, count).Select(i => $"X-{i}: {new string('x', length)}\r\n"));
        var answer = await Send($"{Head("POST")}{headers}Content-Length: 2\r\n\r\n{{}}");

        answer.ShouldStartWith("HTTP/1.1 431");
        (await intake.Stored()).ShouldBe(before);
    }

    [Theory]
    [InlineData("Idempotency-Key: a\rInjected: b\r\n")]
    [InlineData("Idempotency-Key: a\nInjected: b\r\n")]
    [InlineData("Idempotency-Key: a\0b\r\n")]
    [InlineData("Idempotency-Key: a\r\n folded\r\n")]
    [InlineData("No colon\r\n")]
    [InlineData(" Leading: space\r\n")]
    public async Task A_header_that_is_two_or_none_is_refused(string header)
    {
        var before = await intake.Stored();
        var answer = await Send($"{Head("POST")}{header}Content-Length: 2\r\n\r\n{{}}");

        answer.ShouldStartWith("HTTP/1.1 400");
        answer.ShouldNotContain("Injected");
        (await intake.Stored()).ShouldBe(before);
    }

    [Theory]
    [InlineData("GET /api/use-cases/%00 HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("GET http:// HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("GET / HTTP/9.9\r\nHost: a\r\n\r\n")]
    [InlineData("\u0016\u0003\u0001\r\n\r\n")]
    [InlineData("GET /alive HTTP/1.1\r\n\r\n")]
    [InlineData("GET /alive HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")]
    public async Task A_request_line_or_host_that_is_none_is_refused(string request)
    {
        var answer = await Send(request);

        answer.ShouldNotContain("HTTP/1.1 2");
        answer.ShouldNotContain("HTTP/1.1 500");
    }

    private string Head(string method) =>
        $"{method} /api/use-cases HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n";

    /// <summary>Everything the service answers until it falls silent or closes.</summary>
    private async Task<string> Send(string request, bool closeAfter = false, TimeSpan? dripFor = null)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(intake.Address.Host, intake.Address.Port);
        await using var stream = client.GetStream();
        var answer = new StringBuilder();
        var reading = Read();

        try
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(request));

            if (closeAfter)
            {
                client.Client.Shutdown(SocketShutdown.Send);
            }

            for (var since = Stopwatch.StartNew(); since.Elapsed < dripFor && !reading.IsCompleted;)
            {
                await Task.Delay(500);
                await stream.WriteAsync(" "u8.ToArray());
            }
        }
        catch (IOException)
        {
            // The service has closed the connection, which is an answer too.
        }

        await reading;

        return answer.ToString();

        async Task Read()
        {
            var buffer = new byte[8_192];

            try
            {
                while (true)
                {
                    var patience = dripFor ?? TimeSpan.FromSeconds(answer.Length > 0 ? 0.5 : 10);
                    var read = await stream.ReadAsync(buffer).AsTask().WaitAsync(patience);

                    if (read is 0)
                    {
                        return;
                    }

                    answer.Append(Encoding.Latin1.GetString(buffer, 0, read));
                }
            }
            catch (Exception over) when (over is TimeoutException or IOException or ObjectDisposedException)
            {
                // Silence, or a closed connection: all that was to be said has been.
            }
        }
    }
}
