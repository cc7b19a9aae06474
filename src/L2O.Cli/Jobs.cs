using System.CommandLine;
using TorchSharp;
using static TorchSharp.torch;

namespace L2O.Cli;

/// <summary>How many runs are at work at once, where a command has many.</summary>
internal static class Jobs
{
    /// <summary>Null where it was not given. Results do not depend on it, so it belongs to no config.</summary>
    internal static readonly Option<int?> Option = Create();

    /// <summary>A GPU works for one at a time; memory for more may not be there.</summary>
    internal static int DefaultFor(Device device) =>
        device.type == DeviceType.CPU ? Environment.ProcessorCount : 1;

    private static Option<int?> Create()
    {
        Option<int?> option = new("--jobs", "-j")
        {
            Description = "Runs at work at once (default: one for each core); changes seconds, and no other result",
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
