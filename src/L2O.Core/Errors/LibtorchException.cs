using System.Runtime.InteropServices;

namespace L2O.Errors;

/// <summary>The native library could not do what it was asked: most often there is not enough memory.</summary>
public sealed class LibtorchException(string message, Exception? cause = null) : L2OException(message, cause)
{
    private const string BehindTraceback = "RuntimeError: ";

    /// <inheritdoc/>
    public override int ExitCode => 1;

    /// <summary>Whether an exception comes from a native call, or from memory that ran out.</summary>
    public static bool IsNative(Exception exception) => exception is ExternalException or OutOfMemoryException;

    /// <summary>Such a failure in one sentence.</summary>
    /// <param name="cause">As TorchSharp throws it: a reason, and native stack traces around it.</param>
    public static LibtorchException Of(Exception cause)
    {
        var reason = Reason(cause.Message).TrimEnd('.');
        return new(
            reason.Contains("memory", StringComparison.OrdinalIgnoreCase)
                ? $"there is not enough memory ({reason}); choose a smaller optimizee, batch_size or meta.unroll, or a machine "
                    + "with more (a run goes on with --resume)"
                : $"libtorch failed: {reason}; a run goes on with --resume",
            cause);
    }

    private static string Reason(string message)
    {
        var lines = message.Split('\n');
        var behind = lines.FirstOrDefault(line => line.StartsWith(BehindTraceback, StringComparison.Ordinal));
        return (behind?[BehindTraceback.Length..] ?? lines[0]).Trim();
    }
}
