using System.CommandLine;
using L2O.Cli.Arguments;
using L2O.Configs;
using L2O.Errors;
using L2O.Experiments;
using L2O.Experiments.Comparing;
using L2O.Experiments.Training;
using L2O.Registration;
using L2O.Runs;
using static TorchSharp.torch;

namespace L2O.Cli;

/// <summary>`l2o verify`: checks that a run's files are intact and that resuming reproduces its rows.</summary>
internal static class VerifyCommand
{
    internal static Command Create()
    {
        Argument<string> run = new("run")
        {
            Description = "A run directory; it is left as it is",
            CustomParser = PathParser.One("run", "a directory"),
        };
        Option<int> rows = new("--rows")
        {
            Description = "How many rows to do again at most",
            HelpName = "K",
            DefaultValueFactory = _ => 50,
        };
        rows.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && (!int.TryParse(text, out var count) || count < 0))
            {
                result.AddError($"--rows {text}: choose 0 or more");
            }
        });
        Option<bool> force = new("--force")
        {
            Description = "Do the rows again although the data or the program changed",
        };
        Command command = new("verify", "Check a run's files, and that going on from them gives what was recorded")
        {
            run, rows, force, RunOptions.DataOption,
        };
        command.SetAction((parsed, cancel) => Task.FromResult(Verify(
            parsed.GetRequiredValue(run),
            parsed.GetValue(rows),
            parsed.GetValue(force),
            parsed.GetValue(RunOptions.DataOption),
            PluginOption.Describe(parsed),
            cancel)));
        return command;
    }

    private static int Verify(
        string path,
        int rows,
        bool isForced,
        string? dataDirectory,
        IReadOnlyDictionary<string, RunPlugin> plugins,
        CancellationToken cancel)
    {
        using RunVerification run = new(path);
        LibtorchOption.Require();
        RunOptions options = new(
            run.ConfigPath,
            [],
            path,
            IsResumed: true,
            isForced,
            run.Info.Device,
            dataDirectory,
            IsQuiet: true,
            IsReported: false,
            plugins);
        var checks = run.Info.Kind switch
        {
            "train" => Train(run, options, rows, cancel),
            "evaluate" => Compare(run, options, ConfigReader.Read<EvaluateConfig>, rows, cancel),
            "analyze" => Compare(run, options, ConfigReader.Read<AnalyzeConfig>, rows, cancel),
            var kind => throw new ConfigException($"{path}: is a run of {kind}; choose one of train, evaluate or analyze"),
        };
        var (count, failed) = (0, 0);
        foreach (var check in checks.Prepend(run.Config()))
        {
            Console.WriteLine($"{(check.IsOk ? "ok    " : "FAILED")} {check.Text}");
            count++;
            failed += check.IsOk ? 0 : 1;
        }

        return failed == 0
            ? 0
            : throw new CheckpointException($"{path}: {failed} of {count} checks failed");
    }

    private static IEnumerable<RunCheck> Train(
        RunVerification run, RunOptions options, int rows, CancellationToken cancel)
    {
        var config = ConfigReader.Read<TrainConfig>(options.ReadConfig(), Registry.Kinds);
        TrainVerification verification = new(run, config);
        foreach (var check in verification.Files())
        {
            yield return check;
        }

        using RunSession session = new(options);
        var trainer = session.Composition.Trainer(
            config, session.Composition.WarmStartOf(config), Jobs.Workers(null, session.TensorOptions.Device));
        var now = session.Describe("train", config.Name, config.Seed, config);
        var sameness = run.Sameness(now, options.IsForced);
        yield return sameness;
        if (sameness.IsOk)
        {
            yield return run.OnThisProcessor(
                verification.Replay(trainer, session.TensorOptions, now, rows, cancel), now);
        }
    }

    private static IEnumerable<RunCheck> Compare(
        RunVerification run,
        RunOptions options,
        Func<ConfigSource, Kinds, ComparisonConfig> read,
        int rows,
        CancellationToken cancel)
    {
        var config = read(options.ReadConfig(), Registry.Kinds);
        ComparisonVerification verification = new(run, config);
        foreach (var check in verification.Files())
        {
            yield return check;
        }

        using RunSession session = new(options);
        using var scope = NewDisposeScope();
        var optimizers = session.Composition.ComparedOptimizers(config);
        var optimizees = session.Composition.ComparedOptimizees(config);
        var now = session.Describe(run.Info.Kind, config.Name, config.Seed, config);
        var sameness = run.Sameness(now, options.IsForced);
        yield return sameness;
        if (sameness.IsOk)
        {
            yield return run.OnThisProcessor(verification.Replay(optimizers, optimizees, rows, cancel), now);
        }
    }
}
