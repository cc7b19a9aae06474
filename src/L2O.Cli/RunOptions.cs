using System.CommandLine;
using L2O.Configs;

namespace L2O.Cli;

/// <summary>The arguments that `train`, `evaluate` and `analyze` share.</summary>
/// <param name="Config">The config file.</param>
/// <param name="Overrides">"key.path=value" each.</param>
/// <param name="RunDirectory">Where results go; null for the default.</param>
/// <param name="IsResumed">Whether to resume the run in the run directory.</param>
/// <param name="IsForced">Whether to resume even if results would differ.</param>
/// <param name="Device">auto, cpu, cuda or cuda:I.</param>
/// <param name="DataDirectory">Where data sets are; null for the default.</param>
/// <param name="IsQuiet">Whether to hide progress.</param>
internal sealed record RunOptions(
    string Config,
    string[] Overrides,
    string? RunDirectory,
    bool IsResumed,
    bool IsForced,
    string Device,
    string? DataDirectory,
    bool IsQuiet)
{
    internal static readonly Option<string> ConfigOption = new("--config", "-c")
    {
        Description = "The config to run",
        HelpName = "FILE",
        Required = true,
        Validators = { NotEmpty.Path("--config", "a file") },
    };

    internal static readonly Option<string[]> SetOption = new("--set")
    {
        Description = "Change a value of the config, for instance meta.iterations=300; may be repeated",
        HelpName = "KEY=VALUE",
        DefaultValueFactory = _ => [],
    };

    /// <summary>For commands that compare optimizers.</summary>
    internal static readonly Option<string[]> CheckpointOption = new("--checkpoint")
    {
        Description = "Compare this checkpoint too, under its run's name; may be repeated",
        HelpName = "FILE",
        DefaultValueFactory = _ => [],
        Validators = { NotEmpty.Path("--checkpoint", "a file") },
    };

    private static readonly Option<string> RunOption = new("--run")
    {
        Description = "Where results go (default: runs/NAME-TIME)",
        HelpName = "DIR",
        Validators = { NotEmpty.Path("--run", "a directory") },
    };

    private static readonly Option<bool> ResumeOption = new("--resume")
    {
        Description = "Go on where the run directory ends, or begin where there is none",
    };

    private static readonly Option<bool> ForceOption = new("--force")
    {
        Description = "With --resume: go on although the config, the data or the program changed",
    };

    private static readonly Option<string> DeviceOption = new("--device")
    {
        Description = "auto, cpu, cuda or cuda:I",
        HelpName = "DEVICE",
        DefaultValueFactory = _ => "auto",
    };

    internal static readonly Option<string> DataOption = new("--data-dir")
    {
        Description = "Where data sets are",
        HelpName = "DIR",
        Validators = { NotEmpty.Path("--data-dir", "a directory") },
    };

    private static readonly Option<bool> QuietOption = new("--quiet") { Description = "Show no progress" };

    /// <summary>A command with these options.</summary>
    /// <param name="name">As the user types it.</param>
    /// <param name="description">One line of help.</param>
    /// <param name="more">Options that this command alone has.</param>
    /// <param name="run">Returns the exit code; exceptions become one in <see cref="ExitCodes.Report"/>.</param>
    internal static Command Command(
        string name, string description, Option[] more, Func<RunOptions, ParseResult, CancellationToken, int> run)
    {
        Command command = new(name, description);
        Option[] common = [ConfigOption, SetOption, RunOption, ResumeOption, ForceOption, DeviceOption, DataOption, QuietOption];
        foreach (var option in common.Concat(more))
        {
            command.Add(option);
        }

        command.SetAction((parsed, cancel) => Task.FromResult(run(From(parsed), parsed, cancel)));
        return command;
    }

    /// <summary>The config file with the overrides of the command line.</summary>
    internal ConfigSource ReadConfig() => ConfigSource.FromFile(Config, Overrides);

    private static RunOptions From(ParseResult parsed) => new(
        parsed.GetRequiredValue(ConfigOption),
        parsed.GetRequiredValue(SetOption),
        parsed.GetValue(RunOption),
        parsed.GetValue(ResumeOption),
        parsed.GetValue(ForceOption),
        parsed.GetRequiredValue(DeviceOption),
        parsed.GetValue(DataOption),
        parsed.GetValue(QuietOption));
}
