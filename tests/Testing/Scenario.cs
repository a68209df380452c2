using System.Collections;
using System.Reflection;
using System.Text.Json;
using Governance.ServiceDefaults;
using Shouldly;

namespace Governance.Testing;

/// <summary>Given what happened, when something is decided, then exactly this happens: a specification of one decision.</summary>
public sealed class Scenario<TState> where TState : class, new()
{
    private readonly TState state;

    public Scenario(params IEnumerable<object> history) => state = Fold.Of<TState>(history);

    public Outcome When(Func<TState, IEnumerable<object>> decide)
    {
        try
        {
            return new([.. decide(state)], null);
        }
        catch (Exception refusal) when (refusal is RuleViolationException or NotAllowedException or NotFoundException
            or StaleException or PreconditionMissingException)
        {
            return new([], refusal);
        }
    }

    public sealed record Outcome(IReadOnlyList<object> Events, Exception? Refusal)
    {
        public void Then(params object[] expected)
        {
            RequireNotRefused();
            Events.Select(e => e.GetType().Name).ShouldBe(expected.Select(e => e.GetType().Name));
            Events.Select(Fold.Canonical).ShouldBe(expected.Select(Fold.Canonical));
        }

        public void ThenNothing()
        {
            RequireNotRefused();
            Events.Select(e => e.GetType().Name).ShouldBeEmpty();
        }

        /// <param name="because">A part of the reason, in whatever case.</param>
        public void ThenRefused(string because) =>
            Refusal.ShouldNotBeNull("It was not refused.").Message.ShouldContain(because, Case.Insensitive);

        /// <summary>Refused, and in which of the ways a refusal is answered.</summary>
        public void ThenRefused<TRefusal>(string because) where TRefusal : Exception
        {
            ThenRefused(because);
            Refusal.ShouldBeOfType<TRefusal>();
        }

        private void RequireNotRefused() => Refusal.ShouldBeNull($"It was refused: {Refusal?.Message}");
    }
}

/// <summary>What a history adds up to, by the <c>Apply</c> methods of the state alone, without an event store.</summary>
public static class Fold
{
    public static TState Of<TState>(params IEnumerable<object> history) where TState : class, new() =>
        history.Aggregate(new TState(), Apply);

    /// <summary>One text per value, whatever the type of its collections; equal texts are equal values.</summary>
    public static string Canonical(object value) =>
        ServiceDefaults.Canonical.Write(JsonSerializer.SerializeToNode(value, value.GetType(), Lenient));

    private static readonly JsonSerializerOptions Lenient = new(Json.Options) { RespectNullableAnnotations = false };

    private static TState Apply<TState>(TState state, object e) where TState : class
    {
        if (e is IEnumerable and not string)
        {
            throw new ArgumentException("An event is not a list; spread the list into the history.");
        }

        var apply = typeof(TState).GetMethod(nameof(Apply), BindingFlags.Instance | BindingFlags.Public, [e.GetType()])
            ?? throw new ArgumentException($"{typeof(TState).Name} has no Apply({e.GetType().Name}).");

        return (TState)apply.Invoke(state, [e])!;
    }
}
