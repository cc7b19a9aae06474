using System.Globalization;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace L2O.Cli;

/// <summary>The log of a run: `log.txt`, and warnings on stderr, where <see cref="ExitCodes"/> reports errors.</summary>
internal static class RunLog
{
    private const string InFile = "{Timestamp:yyyy-MM-dd HH:mm:ss.fff zzz} {Level:u3} {Message:lj}{NewLine}{Exception}";
    private const string OnConsole = "{Level:w}: {Message:lj}{NewLine}";

    /// <summary>Opens the log; appends to an existing one.</summary>
    /// <param name="runDirectory">Must exist.</param>
    /// <returns>Owned by the caller; disposing it flushes the file.</returns>
    internal static Logger Open(string runDirectory) => new LoggerConfiguration()
        .WriteTo.File(
            Path.Combine(runDirectory, "log.txt"), outputTemplate: InFile, formatProvider: CultureInfo.InvariantCulture)
        .WriteTo.Logger(console => console
            .Filter.ByExcluding(logged => logged.Level >= LogEventLevel.Error)
            .WriteTo.Console(
                LogEventLevel.Warning,
                OnConsole,
                CultureInfo.InvariantCulture,
                standardErrorFromLevel: LogEventLevel.Verbose))
        .CreateLogger();
}
