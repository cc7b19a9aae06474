using System.CommandLine;
using L2O.Cli.Output;
using L2O.Experiments;

namespace L2O.Cli;

/// <summary>`l2o evaluate`: compares optimizers on optimizees.</summary>
internal static class EvaluateCommand
{
    internal static Command Create() => ComparisonCommand.Create<EvaluateConfig>(
        "evaluate", "Compare learned and handcrafted optimizers", "evaluating", (run, _) => ResultTable.Print(run));
}
