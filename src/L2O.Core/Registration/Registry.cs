using L2O.Data;
using L2O.Data.Own;
using L2O.Flatness;
using L2O.Optimizees;
using L2O.Optimizees.Analytic;
using L2O.Optimizees.Networks;
using L2O.Optimizers;
using L2O.Optimizers.Handcrafted;
using L2O.Optimizers.Learned;
using L2O.Options;
using L2O.Tensors;
using static L2O.Registration.KindRows;

namespace L2O.Registration;

/// <summary>Everything that a config can name, one line each. No tensor is touched before something is made.</summary>
public static class Registry
{
    private static readonly KindTable<Func<IOptions, ILearnedOptimizer>> LearnedOptimizers = new(
        Learned<DmOptions>("dm", options => new DmOptimizer(options)),
        Learned<RnnPropOptions>("rnnprop", options => new RnnProp(options)),
        Learned<ScaleOptions>("scale", options => new ScaleOptimizer(options)),
        Learned<MlpOptimizerOptions>("mlp_optimizer", options => new MlpOptimizer(options)),
        Learned<Celo2Options>("celo2", options => new Celo2Optimizer(options)));

    private static readonly KindTable<Func<IOptions, IOptimizer>> HandcraftedOptimizers = new(
        Handcrafted<SgdOptions>("sgd", options => new Sgd(options)),
        Handcrafted<MomentumOptions>("momentum", options => new Momentum(options)),
        Handcrafted<NesterovOptions>("nesterov", options => new Nesterov(options)),
        Handcrafted<AdamOptions>("adam", options => new Adam(options)),
        Handcrafted<AdamWOptions>("adamw", options => new Adam(options)),
        Handcrafted<RmsPropOptions>("rmsprop", options => new RmsProp(options)),
        Handcrafted<AdagradOptions>("adagrad", options => new Adagrad(options)),
        Handcrafted<SamOptions>("sam", options => new Sam(options)),
        Handcrafted<EntropySgdOptions>("entropy_sgd", options => new EntropySgd(options)));

    private static readonly KindTable<MakeOptimizee> Optimizees = new(
    [
        Network<MlpOptions>("mlp", (options, data) => new Mlp(options, data)),
        Network<ConvNetOptions>(
            "conv_net", (options, data) => ConvNet.Create(options, data.InputShape, data.ClassCount)),
        Network<LeNetOptions>("lenet", (options, data) => LeNet.Create(options, data.InputShape, data.ClassCount)),
        Network<NasCellOptions>(
            "nas_cell", (options, data) => NasCell.Create(options, data.InputShape, data.ClassCount)),
        Network<Vgg16Options>("vgg16", (options, data) => Vgg16.Create(options, data.InputShape, data.ClassCount)),
        Network<ResidualNetOptions>(
            "residual_net", (options, data) => ResidualNet.Create(options, data.InputShape, data.ClassCount)),
        Formula<QuadraticOptions>("quadratic", Quadratic.Problem),
        Formula<LassoOptions>("lasso", Lasso.Problem),
        Formula<RastriginOptions>("rastrigin", Rastrigin.Problem),
        Formula<SquareCosOptions>("square_cos", SquareCos.Problem),
        Formula<BowlOptions>("bowl", Bowl.Problem),
        Formula<NormOptions>("norm", Norm.Problem),
        Formula<DependencyChainOptions>("dependency_chain", DependencyChain.Problem),
        Formula<MinMaxWellOptions>("min_max_well", MinMaxWell.Problem),
        Formula<OutwardSnakeOptions>("outward_snake", OutwardSnake.Problem),
        Formula<ProjectionQuadraticOptions>("projection_quadratic", ProjectionQuadratic.Problem),
        Formula<SumOfQuadraticsOptions>("sum_of_quadratics", SumOfQuadratics.Problem),
        Formula<MatrixProductOptions>("matmul", MatrixProduct.Problem),
        .. TestFunction.All.Select(function => Formula(function.Kind, function.Options, _ => function.Problem())),
        Sum(),
    ]);

    private static readonly KindTable<Func<IOptions, IFlatnessMetric>> Metrics = new(
        Metric<SpectralNormOptions>("hessian_ev", options => new SpectralNorm(options)),
        Metric<HessianTraceOptions>("hessian_trace", options => new HessianTrace(options)),
        Metric<FrobeniusNormOptions>("hessian_frobenius", options => new FrobeniusNorm(options)),
        Metric<SpectralScalarOptions>("hessian_esd", options => new SpectralScalar(options)),
        Metric<GradientNormOptions>("gradient_norm", _ => new GradientNorm()),
        Metric<LocalEntropyOptions>("local_entropy", options => new LocalEntropy(options)),
        Metric<LocalEntropyExcessOptions>("local_entropy_excess", options => new LocalEntropyExcess(options)),
        Metric<SamLossOptions>("sam_loss", options => new SamLoss(options)),
        Metric<SamSharpnessOptions>("sam_sharpness", options => new SamSharpness(options)),
        Metric<FirstOrderFlatnessOptions>("first_order_flatness", options => new FirstOrderFlatness(options)));

    private static readonly Lock Adding = new();

    /// <summary>The options record of each kind in a family.</summary>
    public static IReadOnlyDictionary<string, Type> Kinds(Family family) => family switch
    {
        Family.LearnedOptimizer => LearnedOptimizers.Kinds,
        Family.HandcraftedOptimizer => HandcraftedOptimizers.Kinds,
        Family.Optimizer => new Dictionary<string, Type>(
            [.. LearnedOptimizers.Kinds, .. HandcraftedOptimizers.Kinds, new("checkpoint", typeof(CheckpointOptions))]),
        Family.Optimizee => Optimizees.Kinds,
        Family.Regularizer => new Dictionary<string, Type>([new("none", typeof(NoRegularizer)), .. Metrics.Kinds]),
        Family.Metric => Metrics.Kinds,
        _ => new Dictionary<string, Type>(
            [.. Datasets.All.Select(set => KeyValuePair.Create(set.Name, typeof(NamedData))), .. OwnDataKinds]),
    };

    /// <summary>The kind whose options these are, in any family.</summary>
    /// <exception cref="ArgumentException">None has such options.</exception>
    public static string KindOf(IOptions options) =>
        Enum.GetValues<Family>().SelectMany(Kinds).FirstOrDefault(row => row.Value == options.GetType()).Key
        ?? throw new ArgumentException($"{options.GetType().Name} belongs to no kind", nameof(options));

    /// <summary>The options record of each kind of files of one's own, which a config can have in place of a data set's name.</summary>
    public static IReadOnlyDictionary<string, Type> OwnDataKinds { get; } = new Dictionary<string, Type>
    {
        ["idx"] = typeof(IdxData),
        ["cifar"] = typeof(CifarData),
        ["npy"] = typeof(NpyData),
        ["images"] = typeof(ImageData),
    };

    /// <summary>What a known data set holds, by name.</summary>
    public static IReadOnlyDictionary<string, string> DatasetSummaries =>
        Datasets.All.ToDictionary(kind => kind.Name, kind => kind.Summary);

    /// <summary>Makes an optimizer to meta-train.</summary>
    public static ILearnedOptimizer MakeLearned(IOptions options) => LearnedOptimizers.For(options)(options);

    /// <summary>Makes an update rule.</summary>
    public static IOptimizer MakeHandcrafted(IOptions options) => HandcraftedOptimizers.For(options)(options);

    /// <summary>Makes a flatness metric.</summary>
    public static IFlatnessMetric MakeMetric(IOptions options) => Metrics.For(options)(options);

    /// <summary>Makes what joins an objective; null for `none`.</summary>
    public static Regularizer? MakeRegularizer(RegularizerOptions options) =>
        options.IsNone ? null : new(MakeMetric(options.Metric), options);

    /// <summary>Makes an optimizee.</summary>
    /// <param name="options">Of a kind of <see cref="Family.Optimizee"/>.</param>
    /// <param name="load">Gives a data set; its owner decides how long it lives.</param>
    /// <param name="tensorOptions">Where theta is made, and the data is.</param>
    public static IOptimizee MakeOptimizee(IOptions options, Func<DataSource, Dataset> load, TensorOptions tensorOptions) =>
        Optimizees.For(options)(options, load, tensorOptions);

    /// <summary>Adds a kind of learned optimizer, until it is disposed of.</summary>
    /// <param name="kind">As configs spell it.</param>
    /// <param name="make">Its constructor.</param>
    /// <exception cref="ArgumentException">The kind, or the options record, is another's.</exception>
    /// <remarks>As all additions: before anything that may name it is read.</remarks>
    public static IDisposable AddLearnedOptimizer<T>(string kind, Func<T, ILearnedOptimizer> make)
        where T : ILearnedOptimizerOptions => Add(LearnedOptimizers, Family.Optimizer, Learned(kind, make));

    /// <summary>Adds a kind of update rule without parameters of its own, until it is disposed of.</summary>
    /// <inheritdoc cref="AddLearnedOptimizer"/>
    public static IDisposable AddHandcraftedOptimizer<T>(string kind, Func<T, IOptimizer> make)
        where T : IOptimizerOptions => Add(HandcraftedOptimizers, Family.Optimizer, Handcrafted(kind, make));

    /// <summary>Adds a kind of network, until it is disposed of.</summary>
    /// <inheritdoc cref="AddLearnedOptimizer"/>
    public static IDisposable AddNetwork<T>(string kind, Func<T, Dataset, INetwork> make)
        where T : NetworkOptions => Add(Optimizees, Family.Optimizee, Network(kind, make));

    /// <summary>Adds a kind of formula, until it is disposed of.</summary>
    /// <inheritdoc cref="AddLearnedOptimizer"/>
    public static IDisposable AddFormula<T>(string kind, Func<T, AnalyticProblem> make)
        where T : AnalyticOptions => Add(Optimizees, Family.Optimizee, Formula(kind, make));

    /// <summary>Adds a kind of flatness metric, until it is disposed of.</summary>
    /// <inheritdoc cref="AddLearnedOptimizer"/>
    public static IDisposable AddMetric<T>(string kind, Func<T, IFlatnessMetric> make)
        where T : IMetricOptions, new() => Add(Metrics, Family.Regularizer, Metric(kind, make));

    private static AddedKind Add<TMake>(KindTable<TMake> table, Family family, KindRow<TMake> row)
    {
        lock (Adding)
        {
            if (Kinds(family).ContainsKey(row.Kind))
            {
                throw new ArgumentException($"{row.Kind} is a kind already; choose another name", nameof(row));
            }

            if (Enum.GetValues<Family>().SelectMany(Kinds).Any(other => other.Value == row.Options))
            {
                throw new ArgumentException(
                    $"{row.Options.Name} belongs to a kind already; give {row.Kind} an options record of its own", nameof(row));
            }

            table.Add(row);
        }

        return new(() =>
        {
            lock (Adding)
            {
                table.Remove(row);
            }
        });
    }

    // Disposing of it again removes nothing more.
    private sealed class AddedKind(Action remove) : IDisposable
    {
        public void Dispose() => remove();
    }
}
