using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Governance.Local;
using Governance.Testing;
using Governance.Testing.Backing;
using RabbitMQ.Client;

namespace Governance.ServiceDefaults.Tests;

/// <summary>What every test of an outage relies on, in containers as well as natively.</summary>
public sealed class BackingTests
{
    [Fact]
    public async Task A_broker_that_was_killed_comes_back_where_it_was_with_its_messages()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var backing = await TestBacking.OpenAsync();
        var broker = backing.RabbitMq;
        await broker.StartAsync(ct);

        await using (var connection = await new ConnectionFactory { Uri = broker.AmqpUri, AutomaticRecoveryEnabled = false }.CreateConnectionAsync(ct))
        {
            var confirmed = new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true);
            await using var channel = await connection.CreateChannelAsync(confirmed, ct);
            await channel.QueueDeclareAsync("kept", durable: true, exclusive: false, autoDelete: false, cancellationToken: ct);
            await channel.BasicPublishAsync("", "kept", mandatory: true, new BasicProperties { Persistent = true }, Encoding.UTF8.GetBytes("still here"), ct);
        }

        broker.Kill();
        await broker.StartAsync(ct);

        await using var again = await new ConnectionFactory { Uri = broker.AmqpUri, AutomaticRecoveryEnabled = false }.CreateConnectionAsync(ct);
        await using var reader = await again.CreateChannelAsync(cancellationToken: ct);
        var kept = await Eventually.Until(() => reader.BasicGetAsync("kept", autoAck: true, ct), message => message is not null, what: "the message");
        Encoding.UTF8.GetString(kept!.Body.Span).ShouldBe("still here");
        await Eventually.Until(async () => await ManagementAnswers(broker) is HttpStatusCode.OK, what: "the management door");
    }

    private static async Task<HttpStatusCode> ManagementAnswers(IRabbitMq broker)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(broker.ManagementUri, "api/overview"));
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(broker.ManagementUri.UserInfo)));

        try
        {
            using var answer = await http.SendAsync(request);

            return answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return HttpStatusCode.ServiceUnavailable;
        }
    }
}
