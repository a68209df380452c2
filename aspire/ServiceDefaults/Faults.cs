using System.Net.Sockets;
using JasperFx;
using Marten.Exceptions;
using Npgsql;

namespace Governance.ServiceDefaults;

/// <summary>Tells apart what trying again can cure: infrastructure that is away, and writers that met.</summary>
public static class Faults
{
    /// <summary>The database or the network failed; the same work will succeed once it is back.</summary>
    public static bool IsInfrastructure(Exception exception) => Causes(exception).Any(e => e switch
    {
        PostgresException p => p.SqlState[..2] is "08" or "53" or "57" or "58" or "25",
        NpgsqlException or SocketException or IOException or TimeoutException => true,
        ObjectDisposedException => true,
        _ => false,
    });

    /// <summary>Another writer was faster on the same stream or key.</summary>
    public static bool IsConflict(Exception exception) => Causes(exception).Any(e => e switch
    {
        PostgresException p => p.SqlState is PostgresErrorCodes.UniqueViolation
            or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected,
        ConcurrencyException or ExistingStreamIdCollisionException => true,
        _ => false,
    });

    private static IEnumerable<Exception> Causes(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            yield return exception;

            if (exception is AggregateException many)
            {
                foreach (var cause in many.InnerExceptions.SelectMany(Causes))
                {
                    yield return cause;
                }
            }
        }
    }
}
