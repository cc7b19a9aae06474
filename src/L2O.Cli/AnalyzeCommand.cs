using System.CommandLine;
using L2O.Cli.Output;
using L2O.Experiments;
using L2O.Reports;

namespace L2O.Cli;

/// <summary>`l2o analyze`: how flat the solutions are that optimizers reach.</summary>
internal static class AnalyzeCommand
{
    internal static Command Create() => ComparisonCommand.Create<AnalyzeConfig>(
        "analyze",
        "Measure the flatness of the solutions that optimizers reach",
        "analyzing",
        (run, cancel) =>
        {
            FlatnessPictures.Write(run, cancel);
            FlatnessTable.Print(run);
        });
}
