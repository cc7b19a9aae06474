using System.CommandLine;
using L2O.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace L2O.Cli;

/// <summary>How much a command works on at once, where it has several things to do.</summary>
internal static class Jobs
{
    /// <summary>Null where it was not given. Results do not depend on it, so it belongs to no config.</summary>
    internal static readonly Option<int?> Option = Create();

    /// <summary>
    /// Threads for so many, where none were named one for each core; but a GPU works for one at a time, and memory for
    /// more may not be there.
    /// </summary>
    internal static Workers Workers(int? jobs, Device device) =>
        new(jobs ?? (device.type == DeviceType.CPU ? Environment.ProcessorCount : 1));

    private static Option<int?> Create()
    {
        Option<int?> option = new("--jobs", "-j")
        {
            Description = "Cells of an evaluation, or tasks of a meta-iteration, at work at once (default: one for each core); changes seconds, and no other result",
            HelpName = "COUNT",
        };
        option.Validators.Add(parsed =>
        {
            if (parsed.GetValueOrDefault<int?>() is < 1)
            {
                parsed.AddError("--jobs: choose 1 or more");
            }
        });
        return option;
    }
}
