using System.Net.Sockets;

namespace Governance.Local;

/// <summary>Something a person can put right, in one line: what is wrong and what to do about it.</summary>
public sealed class ProblemException(string what, string remedy) : Exception($"{what} {remedy}".TrimEnd())
{
    private const int NoSpace = 28, QuotaExceeded = 122;

    /// <summary>The one line for any failure; a stack trace helps nobody who only wanted to start the platform.</summary>
    public static string Explain(Exception failure) => failure switch
    {
        ProblemException problem => problem.Message,
        AggregateException { InnerExceptions: [var only] } => Explain(only),
        _ when IsDiskFull(failure) => $"The disk is full: {OneLine(failure.Message)} Free some space and try again.",
        UnauthorizedAccessException =>
            $"{OneLine(failure.Message)} Make the checkout writable for {Environment.UserName}, or run as the user who owns it.",
        SocketException { SocketErrorCode: SocketError.TooManyOpenSockets } =>
            "Too many files are open. Raise the limit (ulimit -n 4096) and try again.",
        _ => $"{OneLine(failure.Message)} ({failure.GetType().Name}) ./governance logs supervisor may tell more.",
    };

    internal static bool IsDiskFull(Exception failure) => failure is IOException && (failure.HResult & 0xFFFF) is NoSpace or QuotaExceeded;

    private static string OneLine(string message) => message.ReplaceLineEndings(" ").Trim();
}
