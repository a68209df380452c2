using System.Reflection;
using Governance.Contracts;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Governance.ServiceDefaults;

public static class Messaging
{
    internal const string DeadLetter = "governance.dead-letter";
    private const int DeliveryLimit = 100;

    /// <summary>
    /// Connects the service to the broker of the connection string <c>bus</c> and gives all consumers of the assembly one quorum
    /// queue named like the service. Retrying is left to <see cref="Decisions"/>: what fails in spite of it goes to the error queue.
    /// </summary>
    /// <param name="mostInFlight">How many messages are worked on at a time; those that wait together are stored together.</param>
    public static void AddMessaging(this WebApplicationBuilder builder, Assembly consumers, int mostInFlight = 200)
    {
        var broker = builder.Configuration.GetConnectionString("bus")
            ?? throw new InvalidOperationException("ConnectionStrings:bus is missing.");
        var mac = MessageMac.From(builder.Configuration);

        builder.Services.AddSingleton(mac);
        builder.Services.AddMassTransit(bus =>
        {
            bus.AddConsumers(consumers);

            if (builder.Services.Any(known => known.ServiceType == typeof(TextsOf)))
            {
                bus.AddConsumer<EraseTextsConsumer>();
            }

            bus.ConfigureHealthCheckOptions(health => health.MinimalFailureStatus = HealthStatus.Degraded);

            if (broker == InMemory)
            {
                bus.UsingInMemory((services, transport) =>
                {
                    Speak(transport, mac);
                    transport.ReceiveEndpoint(services.GetRequiredService<ServiceIdentity>().Name, queue => Listen(queue, services, mostInFlight));
                });

                return;
            }

            bus.UsingRabbitMq((services, transport) =>
            {
                transport.Host(new Uri(broker));
                Speak(transport, mac);
                Subscriptions.Declare(transport);
                transport.ReceiveEndpoint(services.GetRequiredService<ServiceIdentity>().Name, queue =>
                {
                    Harden(queue);
                    queue.BindDeadLetterQueue(DeadLetter, DeadLetter, dead => dead.SetQuorumQueue());
                    queue.PrefetchCount = mostInFlight;
                    Listen(queue, services, mostInFlight);
                });
            });
        });
    }

    /// <summary>The broker inside the process, for tests of one service.</summary>
    public const string InMemory = "loopback";

    private static void Speak(IBusFactoryConfigurator transport, MessageMac mac)
    {
        var format = new AuthenticJson(mac);
        transport.ClearSerialization();
        transport.AddSerializer(format);
        transport.AddDeserializer(format, isDefault: true);
        transport.MessageTopology.SetEntityNameFormatter(new ContractName());
        transport.ConfigureJsonSerializerOptions(options =>
        {
            Json.ApplyTolerant(options);

            return options;
        });
    }

    /// <summary>A replicated queue that drops nothing: what it gives up delivering goes to the dead letters, at least once.</summary>
    internal static void Harden(IRabbitMqQueueConfigurator queue)
    {
        queue.SetQuorumQueue();
        queue.SetQueueArgument("x-delivery-limit", DeliveryLimit);
        queue.SetQueueArgument("x-dead-letter-exchange", DeadLetter);
        queue.SetQueueArgument("x-dead-letter-strategy", "at-least-once");
        queue.SetQueueArgument("x-overflow", "reject-publish");
    }

    private static void Listen(IReceiveEndpointConfigurator queue, IRegistrationContext services, int mostInFlight)
    {
        queue.ConcurrentMessageLimit = mostInFlight;
        queue.PublishFaults = false;
        queue.ConfigureConsumers(services);
    }
}

/// <summary>Names exchanges after contracts, whatever their CLR type is called.</summary>
public sealed class ContractName : IEntityNameFormatter
{
    public string FormatEntityName<T>() => Of(typeof(T));

    public static string Of(Type type) =>
        type.GetCustomAttribute<MessageUrnAttribute>() is { } contract ? Of(contract.Urn) : type.Name;

    public static string Of(Uri urn) => urn.ToString().Replace(':', '.');
}
