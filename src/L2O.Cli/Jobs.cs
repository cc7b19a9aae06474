using System.CommandLine;
using L2O.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace L2O.Cli;

/// <summary>How many independent pieces of work run at once.</summary>
internal static class Jobs
{
    /// <summary>Null if not given. Results do not depend on it, so it is not part of the config.</summary>
    internal static readonly Option<int?> Option = Create();

    /// <summary>
    /// Workers for the given number of jobs; by default one for each core, but only one on a GPU, whose memory may not
    /// suffice for more.
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
