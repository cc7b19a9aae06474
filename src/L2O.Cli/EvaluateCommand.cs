using System.CommandLine;
using L2O.Experiments;
using L2O.Experiments.Comparing;
using static TorchSharp.torch;

namespace L2O.Cli;

/// <summary>`l2o evaluate`: compares optimizers on optimizees.</summary>
internal static class EvaluateCommand
{
    internal static Command Create() => RunOptions.Command(
        "evaluate",
        "Compare learned and handcrafted optimizers",
        [RunOptions.CheckpointOption, Jobs.Option],
        (options, parsed, cancel) => Run(
            options, parsed.GetRequiredValue(RunOptions.CheckpointOption), parsed.GetValue(Jobs.Option), cancel));

    private static int Run(RunOptions options, string[] checkpoints, int? jobs, CancellationToken cancel)
    {
        var config = ComparisonConfig.With(ConfigCommands.Read<EvaluateConfig>(options.ReadConfig()), checkpoints);
        using RunSession session = new(options);
        using var scope = NewDisposeScope();
        var compared = session.Composition.ComparedOptimizers(config);
        var optimizees = session.Composition.Optimizees(config.Optimizees);
        return session.Run("evaluate", config.Name, config.Seed, config, (directory, log) =>
        {
            var workers = Jobs.Workers(jobs, session.TensorOptions.Device);
            EvaluateRun run = new(config, compared, optimizees, directory, workers, log, TimeProvider.System);
            var cells = Progress.Show(
                "evaluating", run.StepCount, options.IsQuiet, report => run.Run((done, note) => report(done, note), cancel));
            ResultTable.Print(cells);
        });
    }
}
