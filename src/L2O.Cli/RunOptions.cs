using System.CommandLine;
using System.CommandLine.Parsing;
using L2O.Cli.Arguments;
using L2O.Configs;
using L2O.Errors;
using L2O.Runs;

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
/// <param name="IsReported">Whether to make a page of the run.</param>
/// <param name="Plugins">Those that were loaded, by name.</param>
internal sealed record RunOptions(
    string Config,
    string[] Overrides,
    string? RunDirectory,
    bool IsResumed,
    bool IsForced,
    string Device,
    string? DataDirectory,
    bool IsQuiet,
    bool IsReported,
    IReadOnlyDictionary<string, RunPlugin> Plugins)
{
    private static readonly Option<string?> ConfigOption = new("--config", "-c")
    {
        Description = "The config, in another way",
        HelpName = "FILE",
        CustomParser = PathParser.One("--config", "a file"),
    };

    private static readonly Argument<string?> ConfigArgument = new("config")
    {
        Description = "The config",
        Arity = ArgumentArity.ZeroOrOne,
        CustomParser = PathParser.One("config", "a file"),
        Validators =
        {
            result =>
            {
                if (ExitCodes.UnknownOption(result) is { } unknown)
                {
                    result.AddError(unknown);
                }
            },
        },
    };

    private static readonly Option<string[]> SetOption = new("--set")
    {
        Description = "Change a value of the config, for instance meta.iterations=300; may be repeated",
        HelpName = "KEY=VALUE",
        DefaultValueFactory = _ => [],
    };

    private static readonly Option<long?> SeedOption = new("--seed")
    {
        Description = "The same as --set seed=N",
        HelpName = "N",
    };

    /// <summary>For commands that compare optimizers.</summary>
    internal static readonly Option<string[]> CheckpointOption = new("--checkpoint")
    {
        Description = "Compare these checkpoints too, each under its run's name: files, run directories, whose best counts, or pretrained:NAME",
        HelpName = "FILE|DIR|NAME...",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [],
        CustomParser = PathParser.Many("--checkpoint", "a file"),
    };

    /// <summary>For commands that compare optimizers.</summary>
    internal static readonly Option<string> StartOption = new("--start")
    {
        Description = "Start every run at the parameters in this file, as save_theta leaves it",
        HelpName = "FILE",
        CustomParser = PathParser.One("--start", "a file"),
    };

    private static readonly Option<string> RunOption = new("--run")
    {
        Description = "Where results go (default: runs/NAME-TIME)",
        HelpName = "DIR",
        CustomParser = PathParser.One("--run", "a directory"),
    };

    private static readonly Option<bool> ResumeOption = new("--resume")
    {
        Description = "Go on where the run directory ends, or begin where there is none",
    };

    private static readonly Option<bool> ForceOption = new("--force")
    {
        Description = "With --resume: go on although the config, the data or the program changed",
    };

    internal static readonly Option<string> DeviceOption = new("--device")
    {
        Description = "auto, cpu, cuda or cuda:I",
        HelpName = "DEVICE",
        DefaultValueFactory = _ => "auto",
    };

    internal static readonly Option<string> DataOption = new("--data-dir")
    {
        Description = "Where data sets are",
        HelpName = "DIR",
        CustomParser = PathParser.One("--data-dir", "a directory"),
    };

    private static readonly Option<bool> QuietOption = new("--quiet") { Description = "Show no progress" };

    private static readonly Option<bool> ReportOption = new("--report")
    {
        Description = "Make a page of the finished run, as l2o report does",
    };

    /// <summary>A command with these options.</summary>
    /// <param name="name">As the user types it.</param>
    /// <param name="description">One line of help.</param>
    /// <param name="more">Options that this command alone has.</param>
    /// <param name="run">Returns the exit code; exceptions become one in <see cref="ExitCodes.Report"/>.</param>
    internal static Command Command(
        string name, string description, Option[] more, Func<RunOptions, ParseResult, CancellationToken, int> run)
    {
        Command command = new(name, description);
        AddConfig(command);
        Option[] common = [RunOption, ResumeOption, ForceOption, DeviceOption, DataOption, QuietOption, ReportOption];
        foreach (var option in common.Concat(more))
        {
            command.Add(option);
        }

        command.SetAction((parsed, cancel) => Task.FromResult(run(From(parsed), parsed, cancel)));
        return command;
    }

    /// <summary>Adds what names a config and changes values in it.</summary>
    internal static void AddConfig(Command command)
    {
        command.Add(ConfigArgument);
        command.Add(ConfigOption);
        command.Add(SetOption);
        command.Add(SeedOption);
        command.Validators.Add(result =>
        {
            SymbolResult?[] named = [result.GetResult(ConfigArgument), result.GetResult(ConfigOption)];
            if (named.Count(config => config is { Tokens.Count: > 0 }) != 1)
            {
                result.AddError($"{command.Name} takes one config: l2o {command.Name} FILE");
            }
        });
    }

    /// <summary>The config that the arguments name, with the values that they change.</summary>
    internal static ConfigSource ConfigOf(ParseResult parsed) => ConfigSource.FromFile(FileOf(parsed), OverridesOf(parsed));

    /// <summary>The config file with the overrides of the command line.</summary>
    /// <exception cref="ConfigException">There is no such file, or the run that goes on was made with other plug-ins.</exception>
    internal ConfigSource ReadConfig()
    {
        if (IsResumed && !IsForced && RunDirectory is { } path)
        {
            Runs.RunDirectory.RequirePlugins(path, Plugins);
        }

        return ConfigSource.FromFile(Config, Overrides);
    }

    private static string FileOf(ParseResult parsed) =>
        parsed.GetValue(ConfigArgument) ?? parsed.GetValue(ConfigOption) ?? "";

    private static string[] OverridesOf(ParseResult parsed) => parsed.GetValue(SeedOption) is { } seed
        ? [.. parsed.GetRequiredValue(SetOption), $"seed={seed}"]
        : parsed.GetRequiredValue(SetOption);

    private static RunOptions From(ParseResult parsed) => new(
        FileOf(parsed),
        OverridesOf(parsed),
        parsed.GetValue(RunOption),
        parsed.GetValue(ResumeOption),
        parsed.GetValue(ForceOption),
        parsed.GetRequiredValue(DeviceOption),
        parsed.GetValue(DataOption),
        parsed.GetValue(QuietOption),
        parsed.GetValue(ReportOption),
        PluginOption.Describe(parsed));
}
