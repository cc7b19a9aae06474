using L2O.Data;
using L2O.Optimizees;
using L2O.Optimizers;
using L2O.Optimizers.Handcrafted;
using L2O.Optimizers.Learned;
using L2O.Options;
using L2O.Tensors;

namespace L2O.Experiments;

/// <summary>Everything that a config can name, one line each. No tensor is touched before something is made.</summary>
public static class Registry
{
    private static readonly KindTable<Func<IOptions, ILearnedOptimizer>> LearnedOptimizers = new(
        Learned<DmOptions>("dm", options => new DmOptimizer(options)));

    private static readonly KindTable<Func<IOptions, IOptimizer>> HandcraftedOptimizers = new(
        Handcrafted<SgdOptions>("sgd", options => new Sgd(options)),
        Handcrafted<MomentumOptions>("momentum", options => new Momentum(options)),
        Handcrafted<NesterovOptions>("nesterov", options => new Nesterov(options)),
        Handcrafted<AdamOptions>("adam", options => new Adam(options)),
        Handcrafted<AdamWOptions>("adamw", options => new Adam(options)),
        Handcrafted<RmsPropOptions>("rmsprop", options => new RmsProp(options)),
        Handcrafted<AdagradOptions>("adagrad", options => new Adagrad(options)),
        Handcrafted<SamOptions>("sam", options => new Sam(options)));

    private static readonly KindTable<Func<IOptions, Func<string, Dataset>, Placement, IOptimizee>> Optimizees = new(
        Classifier<MlpOptions>("mlp", options => (options.Data, options.BatchSize), (options, data) => new Mlp(options, data)));

    private static readonly Dictionary<string, Type> Regularizers = new() { ["none"] = typeof(NoRegularizer) };

    private static readonly Dictionary<string, string> Datasets = new()
    {
        ["mnist"] = "Handwritten digits, 28x28x1, ten classes: 55,000 to train, 5,000 to validate, 10,000 to test.",
        ["fashion_mnist"] = "Photographs of clothes, 28x28x1, ten classes, split as mnist.",
        ["cifar10"] = "Photographs of things, 32x32x3, ten classes: 45,000 to train, 5,000 to validate, 10,000 to test.",
        ["synthetic_digits"] = "Drawn glyphs, 28x28x1, ten classes, generated in process from a seed.",
        ["synthetic_images"] = "Drawn scenes, 32x32x3, ten classes, generated in process from a seed.",
    };

    /// <summary>The options record of each kind in a family.</summary>
    public static IReadOnlyDictionary<string, Type> Kinds(Family family) => family switch
    {
        Family.LearnedOptimizer => LearnedOptimizers.Kinds,
        Family.HandcraftedOptimizer => HandcraftedOptimizers.Kinds,
        Family.Optimizer => new Dictionary<string, Type>(
            [.. LearnedOptimizers.Kinds, .. HandcraftedOptimizers.Kinds, new("checkpoint", typeof(CheckpointOptions))]),
        Family.Optimizee => Optimizees.Kinds,
        Family.Regularizer => Regularizers,
        _ => Datasets.ToDictionary(row => row.Key, _ => typeof(Dataset)),
    };

    /// <summary>The kind whose options these are, in any family.</summary>
    /// <exception cref="ArgumentException">None has such options.</exception>
    public static string KindOf(IOptions options) =>
        Enum.GetValues<Family>().SelectMany(Kinds).FirstOrDefault(row => row.Value == options.GetType()).Key
        ?? throw new ArgumentException($"{options.GetType().Name} belongs to no kind", nameof(options));

    /// <summary>What a data set holds, by name.</summary>
    public static IReadOnlyDictionary<string, string> DatasetSummaries => Datasets;

    /// <summary>Makes an optimizer to meta-train.</summary>
    public static ILearnedOptimizer MakeLearned(IOptions options) => LearnedOptimizers.For(options)(options);

    /// <summary>Makes an update rule.</summary>
    public static IOptimizer MakeHandcrafted(IOptions options) => HandcraftedOptimizers.For(options)(options);

    /// <summary>Makes an optimizee.</summary>
    /// <param name="options">Of a kind of <see cref="Family.Optimizee"/>.</param>
    /// <param name="load">Gives a data set by name; its owner decides how long it lives.</param>
    /// <param name="placement">Where theta is made, and the data is.</param>
    public static IOptimizee MakeOptimizee(IOptions options, Func<string, Dataset> load, Placement placement) =>
        Optimizees.For(options)(options, load, placement);

    private static KindRow<Func<IOptions, ILearnedOptimizer>> Learned<T>(string kind, Func<T, ILearnedOptimizer> make)
        where T : IOptions => new(kind, typeof(T), options => make((T)options));

    private static KindRow<Func<IOptions, IOptimizer>> Handcrafted<T>(string kind, Func<T, IOptimizer> make)
        where T : IOptions => new(kind, typeof(T), options => make((T)options));

    private static KindRow<Func<IOptions, Func<string, Dataset>, Placement, IOptimizee>> Classifier<T>(
        string kind, Func<T, (string Data, int BatchSize)> examples, Func<T, Dataset, INetwork> make)
        where T : IOptions => new(kind, typeof(T), (options, load, placement) =>
        {
            var (name, batchSize) = examples((T)options);
            var data = load(name);
            return new Classifier(make((T)options, data), data, batchSize, placement);
        });
}
