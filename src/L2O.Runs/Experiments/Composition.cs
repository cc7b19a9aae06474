using L2O.Checkpoints;
using L2O.Configs;
using L2O.Data;
using L2O.Errors;
using L2O.Evaluation;
using L2O.MetaTraining;
using L2O.Optimizees;
using L2O.Optimizers;
using L2O.Optimizers.Learned;
using L2O.Options;
using L2O.Randomness;
using L2O.Registration;
using L2O.Runtime;
using L2O.Storage;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Experiments;

/// <summary>Makes what a config describes. All that can be wrong with files shows here, before a run leaves a trace.</summary>
/// <param name="load">Gives a data set; its owner outlives what is made.</param>
/// <param name="tensorOptions">Where tensors are made.</param>
public sealed class Composition(Func<DataSource, Dataset> load, TensorOptions tensorOptions)
{
    private const string UpdateScale = "update_scale";

    private readonly Dictionary<string, string> _checkpoints = [];

    /// <summary>SHA-256 of every checkpoint file loaded so far, as it was then, by path.</summary>
    public IReadOnlyDictionary<string, string> CheckpointChecksums => _checkpoints;

    /// <summary>What meta-trains the optimizer of a config.</summary>
    /// <param name="config">Says what is trained, on what, and how.</param>
    /// <param name="start">From <see cref="WarmStartOf"/>.</param>
    /// <param name="workers">Run tasks and episodes.</param>
    public MetaTrainer Trainer(TrainConfig config, WarmStart? start, Workers workers) => new(
        Registry.MakeLearned(LearningRateOptions.For(config.Optimizer.Options, config.Meta.LongestSteps)),
        Registry.MakeHandcrafted(config.Meta.Optimizer),
        Optimizees(config.Optimizees),
        Registry.MakeRegularizer(config.Regularizer),
        [
            .. (config.Meta.Imitation?.Teachers ?? []).Select(
                teacher => new Teacher(
                    Registry.KindOf(teacher),
                    Registry.MakeHandcrafted(LearningRateOptions.For(
                        teacher, config.Meta.LongestSteps * (config.Meta.Imitation?.TeacherSteps ?? 1))))),
        ],
        config.Meta,
        RandomStreams.FromSeed(config.Seed),
        tensorOptions,
        workers)
    {
        InitialPhi = start?.Phi,
    };

    /// <summary>The trained parameters that a meta-training starts from; null where they are drawn.</summary>
    /// <exception cref="ConfigException">There is no such checkpoint.</exception>
    /// <exception cref="CheckpointException">It is damaged, or holds another optimizer.</exception>
    public WarmStart? WarmStartOf(TrainConfig config)
    {
        if (config.Optimizer.From is not { } given)
        {
            return null;
        }

        var path = CheckpointSource.Find(given)
            ?? throw new ConfigException($"optimizer.from {given}: is a directory without a checkpoint; name a run of train, or a file");
        var start = WarmStart.Load(path, config.Optimizer.Options);
        _checkpoints[given] = start.Sha256;
        return start;
    }

    /// <summary>The concrete optimizees of a config's entries; an entry's variants share its weight.</summary>
    public IReadOnlyList<WeightedOptimizee> Optimizees(IEnumerable<OptimizeeEntry> entries) =>
    [
        .. entries.SelectMany(entry => entry.Optimizee.All.Select(variant => new WeightedOptimizee(
            OptimizeeName.Of(entry, variant),
            Registry.MakeOptimizee(variant.Options, load, tensorOptions),
            entry.Weight / entry.Optimizee.All.Count))),
    ];

    /// <summary>What a comparison is on, each started where the config says.</summary>
    /// <exception cref="ConfigException">The file that it starts from is of other parameters.</exception>
    /// <exception cref="CheckpointException">It is missing or damaged.</exception>
    /// <remarks>The start belongs to the caller's scope.</remarks>
    public IReadOnlyList<WeightedOptimizee> ComparedOptimizees(ComparisonConfig config)
    {
        var optimizees = Optimizees(config.Optimizees);
        if (config.Start is not { } path)
        {
            return optimizees;
        }

        var (file, sha256) = Safetensors.ReadWithChecksum(path);
        _checkpoints[path] = sha256;
        return [.. optimizees.Select(entry => entry with { Optimizee = new StartedOptimizee(entry.Optimizee, ThetaOf(path, file, entry)) })];
    }

    /// <summary>The optimizers of a comparison, with the settings that tuning chooses from.</summary>
    /// <exception cref="ConfigException">A checkpoint's kind has no learning rate where one is named, or has one and is scaled.</exception>
    /// <remarks>Trained parameters belong to the caller's scope.</remarks>
    public IReadOnlyList<ComparedOptimizer> ComparedOptimizers(ComparisonConfig config)
    {
        // Each file once: a training still at work may replace it at any time.
        var trained = config.Optimizers.SelectMany(entry => entry.Optimizer.All)
            .Select(variant => variant.Options).OfType<CheckpointOptions>()
            .Select(options => options.Path).Distinct().ToDictionary(path => path, Load);
        return
        [
            .. config.Optimizers.Select(entry => new ComparedOptimizer(
                entry.ShownName,
                [
                    .. entry.Optimizer.All.SelectMany(
                        _ => entry.UpdateScale.Values,
                        (variant, scale) => SettingOf(entry, variant, scale, Optimizer(entry, variant.Options, trained, config))),
                ])),
        ];
    }

    // By names: a file may have its tensors in any order.
    private Tensor ThetaOf(string path, SafetensorsFile file, WeightedOptimizee entry)
    {
        var found = file.Tensors.ToDictionary(part => part.Name, part => part.Tensor);
        var layout = entry.Optimizee.Layout;
        if (found.Count != layout.Shapes.Count || layout.Shapes.Any(
            shape => !found.TryGetValue(shape.Name, out var part) || !part.shape.AsSpan().SequenceEqual(shape.Shape)))
        {
            throw new ConfigException(
                $"{path}: holds {Words(file.Tensors.Select(part => (part.Name, part.Tensor.shape)))}, and {entry.Name} has "
                + $"{Words(layout.Shapes.Select(shape => (shape.Name, shape.Shape)))}; start it from a file of the same parameters");
        }

        return tensorOptions.Convert(layout.Join([.. layout.Shapes.Select(shape => found[shape.Name])]));

        static string Words(IEnumerable<(string Name, long[] Shape)> parts) =>
            string.Join(", ", parts.Select(part => $"{part.Name} [{string.Join(", ", part.Shape)}]"));
    }

    private TrainedParameters Load(string path)
    {
        var trained = TrainedOptimizer.Read(path, tensorOptions);
        _checkpoints[path] = trained.Sha256;
        return trained;
    }

    // A learned optimizer without a checkpoint is evaluated as it is drawn, untrained.
    private IOptimizer Optimizer(
        OptimizerEntry entry, IOptions options, Dictionary<string, TrainedParameters> trained, ComparisonConfig config) =>
        LearningRateOptions.For(options, config.Steps) switch
        {
            CheckpointOptions checkpoint => Trained(entry, checkpoint, trained[checkpoint.Path], config.Steps),
            ILearnedOptimizerOptions learned => TrainedOptimizer.Untrained(
                learned, RandomStreams.FromSeed(config.Seed).At("phi"), tensorOptions),
            var handcrafted => Registry.MakeHandcrafted(handcrafted),
        };

    private static IOptimizer Trained(OptimizerEntry entry, CheckpointOptions options, TrainedParameters trained, int steps) =>
        trained.HasLearningRate && entry.UpdateScale.Values is not [1]
            ? throw new ConfigException(
                $"{entry.ShownName}: update_scale is {entry.UpdateScale}, and {trained.Path} holds a {Registry.KindOf(trained.Options)}; "
                + "choose its learning_rate instead")
            : trained.Rule(options, steps);

    private static Setting SettingOf(OptimizerEntry entry, Variant<IOptions> variant, double scale, IOptimizer optimizer)
    {
        string[] label = [variant.Label, entry.UpdateScale.Values.Count > 1 ? FormattableString.Invariant($"{UpdateScale}={scale:R}") : ""];
        return new(
            string.Join(", ", label.Where(part => part.Length > 0)),
            [.. EdgesOf(entry.Optimizer.Axes, variant), .. entry.UpdateScale.IsEdge(scale) ? [UpdateScale] : Array.Empty<string>()],
            scale == 1 ? optimizer : new ScaledUpdates(scale, optimizer));
    }

    private static string[] EdgesOf(IReadOnlyList<Axis> axes, Variant<IOptions> variant) =>
    [
        .. axes.Zip(variant.At).Where(pair => pair.First.IsEdge(pair.Second)).Select(pair => pair.First.Key),
    ];
}
