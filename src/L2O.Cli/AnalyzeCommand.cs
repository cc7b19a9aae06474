using System.CommandLine;
using L2O.Experiments;
using L2O.Experiments.Comparing;
using L2O.Reports;
using static TorchSharp.torch;

namespace L2O.Cli;

/// <summary>`l2o analyze`: how flat the solutions are that optimizers reach.</summary>
internal static class AnalyzeCommand
{
    internal static Command Create() => RunOptions.Command(
        "analyze",
        "Measure the flatness of the solutions that optimizers reach",
        [RunOptions.CheckpointOption],
        (options, parsed, cancel) => Run(options, parsed.GetRequiredValue(RunOptions.CheckpointOption), cancel));

    private static int Run(RunOptions options, string[] checkpoints, CancellationToken cancel)
    {
        var config = ComparisonConfig.With(ConfigCommands.Read<AnalyzeConfig>(options.ReadConfig()), checkpoints);
        using RunSession session = new(options);
        using var scope = NewDisposeScope();
        var compared = session.Composition.ComparedOptimizers(config);
        var optimizees = session.Composition.Optimizees(config.Optimizees);
        return session.Run("analyze", config.Name, config.Seed, config, (directory, log) =>
        {
            AnalyzeRun run = new(config, compared, optimizees, directory, log, TimeProvider.System);
            var analysis = Progress.Show(
                "analyzing", run.StepCount, options.IsQuiet, report => run.Run((done, note) => report(done, note), cancel));
            FlatnessPictures.Write(directory.Path, cancel);
            FlatnessTable.Print(analysis);
        });
    }
}
