using L2O.Data;
using L2O.Evaluation;
using L2O.MetaTraining;
using L2O.Optimizers;
using L2O.Options;
using L2O.Tensors;

namespace L2O.Experiments;

/// <summary>Makes what a config describes. All that can be wrong with files shows here, before a run leaves a trace.</summary>
/// <param name="load">Gives a data set by name; its owner outlives what is made.</param>
/// <param name="placement">Where tensors are made.</param>
public sealed class Composition(Func<string, Dataset> load, Placement placement)
{
    /// <summary>What meta-trains the optimizer of a config.</summary>
    public MetaTrainer Trainer(TrainConfig config, Workers workers) => new(
        Registry.MakeLearned(config.Optimizer),
        Registry.MakeHandcrafted(config.Meta.Optimizer),
        Optimizees(config.Optimizees),
        Registry.MakeRegularizer(config.Regularizer),
        [
            .. (config.Meta.Imitation?.Teachers ?? []).Select(
                teacher => new Teacher(Registry.KindOf(teacher), Registry.MakeHandcrafted(teacher))),
        ],
        config.Meta,
        RandomStreams.FromSeed(config.Seed),
        placement,
        workers);

    /// <summary>The concrete optimizees of a config's entries; an entry's variants share its weight.</summary>
    public IReadOnlyList<WeightedOptimizee> Optimizees(IEnumerable<OptimizeeEntry> entries) =>
    [
        .. entries.SelectMany(entry => entry.Optimizee.All.Select(variant => new WeightedOptimizee(
            OptimizeeName.Of(entry, variant),
            Registry.MakeOptimizee(variant.Options, load, placement),
            entry.Weight / entry.Optimizee.All.Count))),
    ];

    /// <summary>The optimizers of a comparison, with the settings that tuning chooses from.</summary>
    /// <remarks>Trained parameters belong to the caller's scope.</remarks>
    public IReadOnlyList<Competitor> Competitors(ComparisonConfig config) =>
    [
        .. config.Optimizers.Select(entry => new Competitor(
            entry.ShownName,
            [
                .. entry.Optimizer.All.Select(variant => new Candidate(
                    variant.Label,
                    EdgesOf(entry.Optimizer.Axes, variant),
                    Optimizer(variant.Options, RandomStreams.FromSeed(config.Seed)))),
            ])),
    ];

    // A learned optimizer without a checkpoint is evaluated as it is drawn, untrained.
    private IOptimizer Optimizer(IOptions options, RandomStreams streams) => options switch
    {
        CheckpointOptions checkpoint => TrainedOptimizer.Load(checkpoint.Path, placement),
        _ when Registry.Kinds(Family.LearnedOptimizer).Values.Contains(options.GetType()) =>
            TrainedOptimizer.Untrained(options, streams.At("phi"), placement),
        _ => Registry.MakeHandcrafted(options),
    };

    private static string[] EdgesOf(IReadOnlyList<Axis> axes, Variant<IOptions> variant) =>
    [
        .. axes.Zip(variant.At).Where(pair => pair.First.IsEdge(pair.Second)).Select(pair => pair.First.Key),
    ];
}
