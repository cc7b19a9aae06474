namespace L2O.Cli.Output;

/// <summary>
/// Standard output and standard error behind writers that never throw, from here to <see cref="Dispose"/>: a terminal that
/// goes away or a full disk behind a redirection must not end the work that is reported there.
/// </summary>
internal sealed class SafeConsole : IDisposable
{
    private const long CloseOnExec = 0x80000;

    private readonly (TextWriter? Output, TextWriter? Error) _before;

    private SafeConsole(TextWriter? output, TextWriter? error)
    {
        _before = (output, error);
        (Output, Error) = (new(output), new(error));
        Console.SetOut(Output);
        Console.SetError(Error);
        Current = this;
    }

    /// <summary>The one at work; null where the program is a part of another.</summary>
    internal static SafeConsole? Current { get; private set; }

    /// <summary>For results.</summary>
    internal SafeWriter Output { get; }

    /// <summary>For progress and problems.</summary>
    internal SafeWriter Error { get; }

    /// <summary>Takes the console's place. Before the first file is opened, which would get a closed stream's number.</summary>
    internal static SafeConsole Open() => new(
        IsInherited(descriptor: 1) ? Console.Out : null, IsInherited(descriptor: 2) ? Console.Error : null);

    /// <inheritdoc/>
    public void Dispose()
    {
        Console.SetOut(_before.Output ?? TextWriter.Null);
        Console.SetError(_before.Error ?? TextWriter.Null);
        Current = null;
    }

    // The number of a stream that was closed before the program began is that of a file of the runtime's own: writing there
    // would be writing into it. What is inherited has passed through exec, so it is not closed by it.
    private static bool IsInherited(int descriptor)
    {
        const string Flags = "flags:";
        if (!Directory.Exists("/proc/self/fdinfo"))
        {
            return true;
        }

        try
        {
            var line = File.ReadLines($"/proc/self/fdinfo/{descriptor}")
                .First(text => text.StartsWith(Flags, StringComparison.Ordinal));
            var flags = Convert.ToInt64(line[Flags.Length..].Trim(), fromBase: 8);
            return (flags & CloseOnExec) == 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
