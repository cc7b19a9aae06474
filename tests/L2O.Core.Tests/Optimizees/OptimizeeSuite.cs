using L2O.Data;
using L2O.Optimizees;
using L2O.Optimizees.Analytic;
using L2O.Optimizees.Networks;
using L2O.Randomness;
using L2O.Tensors;
using L2O.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Optimizees;

/// <summary>What holds for every optimizee.</summary>
public sealed class OptimizeeSuite
{
    private static readonly TensorOptions _float64 = new(CPU, ScalarType.Float64);

    private static readonly Dictionary<string, Func<IOptimizee>> _analytic = new(
        TestFunction.All.Select(function =>
            KeyValuePair.Create<string, Func<IOptimizee>>(function.Kind, () => Analytic(function.Problem()))))
    {
        ["quadratic"] = () => Analytic(Quadratic.Problem(new())),
        ["lasso"] = () => Analytic(Lasso.Problem(new())),
        ["rastrigin"] = () => Analytic(Rastrigin.Problem(new())),
        ["square_cos"] = () => Analytic(SquareCos.Problem(new())),
        ["norm"] = () => Analytic(Norm.Problem(new() { Power = 2.5 })),
        ["bowl"] = () => Analytic(Bowl.Problem(new() { Angle = 0.5 })),
        ["dependency_chain"] = () => Analytic(DependencyChain.Problem(new() { Dimension = 4 })),
        ["min_max_well"] = () => Analytic(MinMaxWell.Problem(new() { Dimension = 4 })),
        ["matrix_product"] = () => Analytic(MatrixProduct.Problem(new() { Products = 5 })),
        ["sum_of_quadratics"] = () => Analytic(SumOfQuadratics.Problem(new())),
        ["projection_quadratic"] = () => Analytic(ProjectionQuadratic.Problem(new())),
        ["outward_snake"] = () => Analytic(OutwardSnake.Problem(new())),
        ["logarithm"] = () => Analytic(Quadratic.Problem(new()).Logarithm()),
        ["noise"] = () => new NoisyOptimizee(Analytic(Quadratic.Problem(new())), deviation: 0.5),
        ["sparse"] = () => new SparseOptimizee(Analytic(Quadratic.Problem(new())), probability: 0.5),
        ["rescale"] = () => new RescaledOptimizee(Analytic(Norm.Problem(new())), scale: 8),
        ["random_scaling"] = () => Scaled(ScalingLevel.Parameter),
        ["random_scaling whole"] = () => Scaled(ScalingLevel.Whole),
        ["random_scaling tensor"] = () => Scaled(ScalingLevel.Tensor),
        ["sum"] = () => new SumOptimizee([Analytic(Bowl.Problem(new())), Analytic(Norm.Problem(new()))]),
    };

    private static readonly Dictionary<string, (long[] Shape, Func<long[], INetwork> Create)> _networks = new()
    {
        ["mlp sigmoid"] = ([1, 3, 4], shape => new Mlp([12, 5, 3], Activation.Sigmoid, 0.5)),
        ["mlp relu deep"] = ([1, 3, 4], shape => new Mlp([12, 5, 4, 3], Activation.Relu, 0.5)),
        ["mlp silu"] = ([1, 3, 4], shape => new Mlp([12, 5, 4, 3], Activation.Silu, 0.5)),
        ["mlp leaky_relu"] = ([1, 3, 4], shape => new Mlp([12, 5, 4, 3], Activation.LeakyRelu, 0.5)),
        ["mlp softplus"] = ([1, 3, 4], shape => new Mlp([12, 5, 4, 3], Activation.Softplus, 0.5)),
        ["mlp linear"] = ([1, 3, 4], shape => new Mlp([12, 3], Activation.Tanh, 0.5)),
        ["conv_net"] = ([2, 18, 18], shape => ConvNet.Create(
            new() { Data = "noise", Channels = [3, 4], AffineBatchNorm = true }, shape, 3)),
        ["conv_net plain"] = ([2, 7, 7], shape => ConvNet.Create(
            new()
            {
                Data = "noise",
                Channels = [3, 4],
                Padding = ConvolutionPadding.Same,
                Strides = [2, 1],
                BatchNorm = false,
                Pooling = false,
                Initialisation = Initialisation.He,
                Activation = Activation.Elu,
            },
            shape,
            3)),
        ["lenet"] = ([1, 16, 16], shape => LeNet.Create(new() { Data = "noise", InitialScale = 0.3 }, shape, 3)),
        ["nas_cell"] = ([2, 5, 5], shape => NasCell.Create(new() { Data = "noise", Channels = 3 }, shape, 3)),
        ["residual_net"] = ([2, 6, 6], shape => ResidualNet.Create(
            new() { Data = "noise", Channels = [3, 4], Blocks = 2 }, shape, 3)),
    };

    public static TheoryData<string> Names() => [.. _analytic.Keys, .. _networks.Keys];

    // Gradients that are disturbed on purpose are not those of the loss.
    public static TheoryData<string> Undisturbed() =>
        [.. _analytic.Keys.Except(["noise", "sparse"]), .. _networks.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void TheStartHasTheShapeAndTypeThatTheLayoutAndPlacementAsk(string name) => Run(name, (optimizee, episode) =>
    {
        var theta = episode.InitialTheta();

        Assert.Equal([optimizee.Layout.Count], theta.shape);
        Assert.Equal(float64, theta.dtype);
        Assert.Empty(episode.Minibatch(0, 0).At(theta).shape);
    });

    [Theory]
    [MemberData(nameof(Undisturbed))]
    public void TheGradientIsTheFiniteDifferenceOfTheLoss(string name) => Run(name, episode =>
    {
        var (loss, theta, direction) = Probe(episode);
        var h = 1e-6 / ScalarTensor.Value(direction.norm());

        var slope = loss.WithGradient(theta).Gradient.dot(direction).item<double>();
        var difference = (ValueAt(loss, theta + (h * direction)) - ValueAt(loss, theta - (h * direction))) / (2 * h);

        AssertClose(difference, slope, 1e-6);
    });

    [Theory]
    [MemberData(nameof(Undisturbed))]
    public void TheLossDifferentiatesTwice(string name) => Run(name, episode =>
    {
        var (loss, theta, direction) = Probe(episode);
        var h = 1e-6 / ScalarTensor.Value(direction.norm());
        Tensor GradientAt(Tensor at) => loss.WithGradient(at).Gradient;
        var leaf = theta.detach().requires_grad_();

        var gradient = Gradients.Of(loss.At(leaf), leaf, differentiable: true);
        var curvature = Gradients.Of(gradient.dot(direction), leaf).dot(direction).item<double>();
        var difference = (GradientAt(theta + (h * direction)) - GradientAt(theta - (h * direction))) / (2 * h);

        AssertClose(difference.dot(direction).item<double>(), curvature, 1e-5);
    });

    [Theory]
    [MemberData(nameof(Undisturbed))]
    public void TheCurvatureAlongADirectionDifferentiatesToo(string name) => Run(name, episode =>
    {
        var (loss, theta, direction) = Probe(episode);
        var h = 1e-5 / ScalarTensor.Value(direction.norm());
        (Tensor Curvature, Tensor Leaf) CurvatureAt(Tensor at)
        {
            var leaf = at.detach().requires_grad_();
            var gradient = Gradients.Of(loss.At(leaf), leaf, differentiable: true);
            return (Gradients.Of(gradient.dot(direction), leaf, differentiable: true).dot(direction), leaf);
        }

        var (curvature, at) = CurvatureAt(theta);
        var third = Gradients.Of(curvature, at).dot(direction).item<double>();
        var (ahead, behind) = (CurvatureAt(theta + (h * direction)), CurvatureAt(theta - (h * direction)));

        AssertClose((ahead.Curvature - behind.Curvature).item<double>() / (2 * h), third, 1e-6);
    });

    [Theory]
    [MemberData(nameof(Names))]
    public void LossAndGradientTogetherAreThoseOfTheGraph(string name) => Run(name, episode =>
    {
        var (loss, theta, _) = Probe(episode);
        var leaf = theta.detach().requires_grad_();
        var value = loss.At(leaf);

        var together = loss.WithGradient(theta);

        Assert.False(together.Value.requires_grad || together.Gradient.requires_grad);
        Assert.True(together.Value.allclose(value.detach(), rtol: 1e-12, atol: 0));
        Assert.True(together.Gradient.allclose(Gradients.Of(value, leaf), rtol: 1e-10, atol: 1e-12));
    });

    [Theory]
    [MemberData(nameof(Names))]
    public void TheLossOfAllOfTrainIsWhatIsMeasuredThere(string name) => Run(name, episode =>
    {
        var (_, theta, _) = Probe(episode);

        AssertClose(episode.Measure(theta, Split.Train).Loss, ValueAt(episode.TrainLoss(1000), theta), 1e-10);
    });

    [Theory]
    [MemberData(nameof(Names))]
    public void TheSameStreamsGiveTheSameBitsAndOthersDoNot(string name) => Run(name, (optimizee, episode) =>
    {
        using var again = optimizee.Start(RandomStreams.FromSeed(5));
        using var other = optimizee.Start(RandomStreams.FromSeed(6));
        var theta = episode.InitialTheta();

        Assert.Equal(theta, again.InitialTheta());
        Assert.NotEqual(theta, other.InitialTheta());
        Assert.Equal(
            episode.Minibatch(3, 1).WithGradient(theta).Gradient, again.Minibatch(3, 1).WithGradient(theta).Gradient);
    });

    [Theory]
    [MemberData(nameof(Names))]
    public void ThetaIsLeftAsItWas(string name) => Run(name, episode =>
    {
        var theta = episode.InitialTheta();
        var before = theta.clone();

        _ = episode.Minibatch(0, 0).WithGradient(theta);
        _ = episode.Measure(theta, Split.Train);

        Assert.Equal(before, theta);
        Assert.False(theta.requires_grad);
    });

    [Theory]
    [MemberData(nameof(Names))]
    public void NoTensorIsLeftBehind(string name)
    {
        var before = LiveTensors.Count();

        Run(name, episode =>
        {
            var theta = episode.InitialTheta();
            _ = episode.Minibatch(0, 0).WithGradient(theta);
            _ = episode.Measure(theta, Split.Validation);
        });

        Assert.Equal(before, Tensor.TotalCount);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void ACallLeavesOnlyItsResultInTheCallersScope(string name) => Run(name, episode =>
    {
        var theta = episode.InitialTheta();
        var loss = episode.Minibatch(0, 0);
        var before = LiveTensors.Count();

        _ = loss.At(theta);
        _ = loss.WithGradient(theta);
        _ = episode.Measure(theta, Split.Test);

        Assert.Equal(before + 3, Tensor.TotalCount);
    });

    private static RandomlyScaledOptimizee Scaled(ScalingLevel level) =>
        new(Analytic(Quadratic.Problem(new())), new([level], bound: 1), _float64);

    private static AnalyticOptimizee Analytic(AnalyticProblem problem) => new(problem, _float64);

    private static void Run(string name, Action<IEpisode> check) => Run(name, (_, episode) => check(episode));

    private static void Run(string name, Action<IOptimizee, IEpisode> check)
    {
        using var scope = NewDisposeScope();
        if (_analytic.TryGetValue(name, out var create))
        {
            var optimizee = create();
            using var episode = optimizee.Start(RandomStreams.FromSeed(5));
            check(optimizee, episode);
        }
        else
        {
            var (shape, network) = _networks[name];
            using var data = RandomImages.Create(
                shape, classes: 3, train: 30, validation: 6, test: 5, ScalarType.Float64);
            var optimizee = new Classifier(network(shape), data, batchSize: 7, _float64);
            using var episode = optimizee.Start(RandomStreams.FromSeed(5));
            check(optimizee, episode);
        }
    }

    // Away from the start, where symmetry hides errors.
    private static (ILoss Loss, Tensor Theta, Tensor Direction) Probe(IEpisode episode)
    {
        var start = episode.InitialTheta();
        var theta = start + (0.1 * RandomTensors.Normal(RandomStreams.FromSeed(7), "theta", start.shape));
        return (episode.Minibatch(0, 0), theta, RandomTensors.Normal(RandomStreams.FromSeed(7), "direction", start.shape));
    }

    private static double ValueAt(ILoss loss, Tensor theta) => loss.At(theta).item<double>();

    private static void AssertClose(double expected, double actual, double relative) =>
        Assert.Equal(expected, actual, relative * (Math.Abs(expected) + 1e-3));
}
