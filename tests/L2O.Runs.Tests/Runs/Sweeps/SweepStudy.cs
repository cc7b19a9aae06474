using L2O.Runs;
using L2O.Runs.Sweeps;
using L2O.Runs.Tables;
using L2O.Tests.Experiments.Training;
using L2O.Tests.Support;

namespace L2O.Tests.Runs.Sweeps;

/// <summary>One number of one run, as its table has it.</summary>
internal sealed record Fact(
    string Kind,
    string Config,
    string Arm,
    long? MetaSeed,
    string Optimizee,
    long Seed,
    string Metric,
    double? Value,
    bool IsDiverged = false);

/// <summary>A sweep's directory with runs that never ran.</summary>
internal sealed class SweepStudy : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<SweepRun> _runs = [];

    internal string Root => _folder.Root;

    public void Dispose() => _folder.Dispose();

    /// <summary>Adds runs that have these numbers.</summary>
    /// <param name="facts">Of any runs.</param>
    /// <param name="status">How the runs stand.</param>
    internal void Add(IEnumerable<Fact> facts, RunStatus status = RunStatus.Completed)
    {
        foreach (var run in facts.GroupBy(fact => (fact.Kind, fact.Config, Name: NameOf(fact))))
        {
            var (arm, metaSeed) = run.Key.Name == "optimizers" ? (null, null) : (run.First().Arm, run.First().MetaSeed);
            var added = Add(run.Key.Kind, run.Key.Config, arm, metaSeed, status);
            var path = added.PathIn(Root);
            if (run.Key.Kind == "evaluate")
            {
                RunTables.Outcomes.Write(path, run.Select(fact => new OutcomeRow(
                    OptimizerOf(fact), fact.Optimizee, fact.Seed, fact.Metric, fact.Value, fact.IsDiverged)));
            }
            else
            {
                RunTables.Flatness.Write(path, run.Select(fact => new FlatnessRow(
                    OptimizerOf(fact), fact.Optimizee, fact.Seed, fact.Metric, fact.IsDiverged ? double.NaN : fact.Value, null, null, null)));
            }
        }
    }

    /// <summary>Adds a run without tables.</summary>
    /// <param name="kind">The command.</param>
    /// <param name="config">The config's name.</param>
    /// <param name="arm">Null for the config's own optimizers.</param>
    /// <param name="metaSeed">Of the training.</param>
    /// <param name="status">How it stands; null where it is not begun.</param>
    /// <param name="error">Why it failed.</param>
    internal SweepRun Add(string kind, string config, string? arm, long? metaSeed, RunStatus? status, string? error = null)
    {
        var name = arm is null ? "optimizers" : $"{arm}-s{metaSeed}";
        SweepRun run = new()
        {
            Directory = kind == "train" ? $"train/{name}" : $"{kind}/{config}/{name}",
            Kind = kind,
            Config = config,
            Arm = arm,
            MetaSeed = metaSeed,
            Of = kind == "train" || arm is null ? null : $"train/{name}",
            Arguments = [],
        };
        _runs.Add(run);
        if (status is { } known)
        {
            var info = RunInfo.Starting(BowlTraining.Description with { Kind = kind, Name = config }, DateTimeOffset.UnixEpoch);
            _folder.Write($"{run.Directory}/{RunInfo.FileName}", (info with { Status = known, Error = error }).ToJson());
        }

        return run;
    }

    /// <summary>Writes sweep.json, and reads the results.</summary>
    internal SweepResults Results(string? reference)
    {
        new SweepIndex { Name = "study", File = "study.yaml", Reference = reference, Runs = _runs }.Write(Root);
        return SweepResults.Of(Root);
    }

    private static string NameOf(Fact fact) => fact.MetaSeed is null ? "optimizers" : $"{fact.Arm}-s{fact.MetaSeed}";

    private static string OptimizerOf(Fact fact) => fact.MetaSeed is null ? fact.Arm : NameOf(fact);
}
