using L2O.Configs;
using L2O.Options;
using L2O.Runs;

namespace L2O.Experiments;

/// <summary>Many runs as one experiment: trainings that differ in some values, and what judges each of them.</summary>
public sealed record SweepConfig : IOptions
{
    /// <summary>Names the directory of its runs.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// The train config, counted from the file that says so, or several, each of which is an arm by its name; absent where nothing
    /// is trained.
    /// </summary>
    [FilePath(IsFromConfig = true)]
    public IReadOnlyList<string> Train { get; init; } = [];

    /// <summary>Values that every training has instead of its config's: keys of train configs, dotted, with a value each.</summary>
    public ConfigMap Set { get; init; } = ConfigMap.Empty;

    /// <summary>
    /// What sets trainings apart: keys of train configs, dotted, with a list of values each. There is a training for each
    /// combination. Those that differ in `seed` alone are one arm.
    /// </summary>
    public ConfigMap Vary { get; init; } = ConfigMap.Empty;

    /// <summary>
    /// What arms are compared with: an arm, by its name or by what it has of each key that varies, or an optimizer of the evaluate and
    /// analyze configs.
    /// </summary>
    public ConfigPart? Reference { get; init; }

    /// <summary>Which checkpoint of a training is judged.</summary>
    public JudgedCheckpoint Checkpoint { get; init; } = JudgedCheckpoint.Best;

    /// <summary>Evaluate configs, counted from the file that says so: one run for each training, and one for the config's own optimizers.</summary>
    [FilePath(IsFromConfig = true)]
    public IReadOnlyList<string> Evaluate { get; init; } = [];

    /// <summary>Analyze configs, in the same way.</summary>
    [FilePath(IsFromConfig = true)]
    public IReadOnlyList<string> Analyze { get; init; } = [];

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems() =>
    [
        .. RunName.Problems("name", Name),
        .. Require.That(
            Train.Count + Evaluate.Count + Analyze.Count > 0, "train", "is absent, and so are evaluate and analyze; give one of them"),
        .. Require.That(Train.Count > 0 || Vary.Node.Entries.Count == 0, "vary", "varies values of no training; give train"),
        .. Require.That(Train.Count > 0 || Set.Node.Entries.Count == 0, "set", "sets values of no training; give train"),
    ];
}

/// <summary>Which checkpoint of a training is judged.</summary>
public enum JudgedCheckpoint
{
    /// <summary>The one that did best on Validation.</summary>
    Best,

    /// <summary>The last one.</summary>
    Latest,
}
