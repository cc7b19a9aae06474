using L2O.Errors;
using L2O.Optimizers;
using L2O.Options;
using L2O.Registration;
using static TorchSharp.torch;

namespace L2O.Checkpoints;

/// <summary>What a checkpoint holds of a learned optimizer.</summary>
/// <param name="path">As it was named.</param>
/// <param name="options">With which it was trained.</param>
/// <param name="phi">[P], in the scope of whoever loaded it.</param>
/// <param name="sha256">Of the file that it was read from.</param>
internal sealed class TrainedParameters(string path, IOptions options, Tensor phi, string sha256)
{
    private readonly Lazy<IOptimizer> _rule = new(() => Registry.MakeLearned(options).At(phi));

    /// <summary>As it was named.</summary>
    public string Path => path;

    /// <summary>With which it was trained.</summary>
    public IOptions Options => options;

    /// <summary>Of the file that it was read from.</summary>
    public string Sha256 => sha256;

    /// <summary>Whether its updates are proportional to a learning rate, which is then what scales them.</summary>
    public bool HasLearningRate => options is LearningRateOptions;

    /// <summary>[P].</summary>
    internal Tensor Phi => phi;

    /// <summary>The rule as it was trained, the same object every time.</summary>
    public IOptimizer Rule() => _rule.Value;

    /// <summary>The rule in runs of a length, with what a config says in place of what it was trained with.</summary>
    /// <exception cref="ConfigException">A learning rate is asked for, and it has none.</exception>
    public IOptimizer Rule(CheckpointOptions given, int steps) => (options, given) switch
    {
        (LearningRateOptions rate, _) => Registry.MakeLearned(LearningRateOptions.For(
            rate with { LearningRate = given.LearningRate ?? rate.LearningRate, Schedule = given.Schedule ?? rate.Schedule }, steps)).At(phi),
        (_, { LearningRate: { } number }) => throw Without(FormattableString.Invariant($"learning_rate is {number:R}")),
        (_, { Schedule: { } schedule }) => throw Without($"schedule.kind is {schedule.Kind}".ToLowerInvariant()),
        _ => Rule(),
    };

    private ConfigException Without(string found) =>
        new($"{path}: {found}, and it holds a {Registry.KindOf(options)}, which has no learning rate; choose update_scale instead");
}
