using System.CommandLine;
using L2O.Configs;
using L2O.Errors;
using L2O.Experiments;
using L2O.Registration;

namespace L2O.Cli;

/// <summary>`l2o validate`: checks a config without running it.</summary>
internal static class ValidateCommand
{
    internal static Command Create()
    {
        Command command = new("validate", "Check a config without running it")
        {
            RunOptions.ConfigOption,
            RunOptions.SetOption,
        };
        command.SetAction(parsed =>
        {
            var source = ConfigSource.FromFile(
                parsed.GetRequiredValue(RunOptions.ConfigOption), parsed.GetRequiredValue(RunOptions.SetOption));
            Console.WriteLine($"{source.Name}: {Check(source)}, no problems");
            return 0;
        });
        return command;
    }

    private static string Check(ConfigSource source)
    {
        var keys = ConfigReader.KeysOf(source);
        switch (keys.Contains("optimizer"), keys.Contains("optimizers"))
        {
            case (true, false):
                ConfigReader.Read<TrainConfig>(source, Registry.Kinds);
                return "a train config";
            case (false, true) when keys.Any(key => key is "flatness" or "metrics" or "slices" or "resamples"):
                ConfigReader.Read<AnalyzeConfig>(source, Registry.Kinds);
                return "an analyze config";
            case (false, true):
                ConfigReader.Read<EvaluateConfig>(source, Registry.Kinds);
                return "an evaluate config";
            default:
                throw new ConfigException(
                    $"{source.Name}: give one of `optimizer`, for a train config, "
                    + "and `optimizers`, for an evaluate config, or with `flatness` for an analyze config");
        }
    }
}
