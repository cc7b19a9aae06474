using L2O.Errors;
using L2O.Optimizees.Networks;
using L2O.Randomness;
using L2O.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Optimizees.Networks;

public sealed class NetworkTests
{
    private static readonly long[] _mnist = [1, 28, 28];
    private static readonly long[] _cifar = [3, 32, 32];

    [Fact]
    public void ParameterCountsAreThoseOfTheLiterature()
    {
        var convNet = new ConvNetOptions { Data = "any" };
        var affine = convNet with { AffineBatchNorm = true };
        var plain = convNet with { BatchNorm = false, Pooling = false, Padding = ConvolutionPadding.Same, Strides = [1, 1] };

        Assert.Equal(18_122, Count(ConvNet.Create(convNet, _mnist, 10)));
        Assert.Equal(13_610, Count(ConvNet.Create(convNet, _cifar, 10)));
        Assert.Equal(18_218, Count(ConvNet.Create(affine, _mnist, 10)));
        Assert.Equal(13_706, Count(ConvNet.Create(affine, _cifar, 10)));
        Assert.Equal(64_418, Count(ConvNet.Create(plain with { Channels = [8, 8] }, _mnist, 10)));
        Assert.Equal(170_714, Count(ConvNet.Create(plain with { Channels = [16, 16] }, _cifar, 10)));
        Assert.Equal(62_232, Count(LeNet.Create(new() { Data = "any" }, _cifar, 10)));
        Assert.Equal(7_578, Count(NasCell.Create(new() { Data = "any" }, _cifar, 10)));
        Assert.Equal(7_706, Count(NasCell.Create(new() { Data = "any", AffineBatchNorm = true }, _cifar, 10)));
        Assert.Equal(14_719_818, Count(Vgg16.Create(new() { Data = "any" }, _cifar, 10)));
    }

    [Fact]
    public void TheResidualNetHasTheCountOfItsLayers()
    {
        static long Convolution(long inputs, long outputs, long kernel) => (inputs * outputs * kernel * kernel) + outputs;

        // Stem; three blocks of two convolutions; two shortcuts; the affine layer.
        var expected = Convolution(3, 16, 3) + (2 * Convolution(16, 16, 3)) + Convolution(16, 32, 3)
            + Convolution(32, 32, 3) + Convolution(32, 64, 3) + Convolution(64, 64, 3)
            + Convolution(16, 32, 1) + Convolution(32, 64, 1) + (64 * 10) + 10;

        Assert.Equal(expected, Count(ResidualNet.Create(new() { Data = "any" }, _cifar, 10)));
    }

    [Fact]
    public void WeightsStartNormalOrByFanInAndBiasesAtZero()
    {
        using var scope = NewDisposeScope();
        var options = new ConvNetOptions { Data = "any", Channels = [64, 64] };

        var normal = Parts(ConvNet.Create(options, _mnist, 10));
        var he = Parts(ConvNet.Create(options with { Initialisation = Initialisation.He }, _mnist, 10));

        Assert.Equal(0.01, Deviation(normal["conv_2/weight"]), 2e-4);
        Assert.Equal(Math.Sqrt(2.0 / (64 * 25)), Deviation(he["conv_2/weight"]), 1e-3);
        Assert.All([normal, he], parts => Assert.Equal(0, parts["conv_2/bias"].abs().max().item<double>()));
    }

    public static TheoryData<Initialisation, double> Deviations => new()
    {
        { Initialisation.Normal, 0.05 },
        { Initialisation.He, Math.Sqrt(2.0 / (16 * 25)) },
        { Initialisation.Lecun, Math.Sqrt(1.0 / (16 * 25)) },
        { Initialisation.Glorot, Math.Sqrt(2.0 / ((16 + 64) * 25)) },
    };

    // 25,600 weights: the sample's deviation has a relative standard error of 0.44%.
    [Theory]
    [MemberData(nameof(Deviations))]
    public void WeightsOfAConvolutionHaveTheDeviationThatItsPositionsAskFor(Initialisation initialisation, double expected)
    {
        using var scope = NewDisposeScope();
        ConvNetOptions options = new()
        {
            Data = "any",
            Channels = [16, 64],
            Initialisation = initialisation,
            InitialScale = 0.05,
        };

        var parts = Parts(ConvNet.Create(options, _mnist, 10));

        Assert.Equal(expected, Deviation(parts["conv_2/weight"]), 0.02 * expected);
        Assert.Equal(zeros(64, dtype: float64), parts["conv_2/bias"]);
    }

    public static TheoryData<Initialisation, double> AffineDeviations => new()
    {
        { Initialisation.Normal, 0.05 },
        { Initialisation.He, Math.Sqrt(2.0 / 784) },
        { Initialisation.Lecun, Math.Sqrt(1.0 / 784) },
        { Initialisation.Glorot, Math.Sqrt(2.0 / (784 + 50)) },
    };

    [Theory]
    [MemberData(nameof(AffineDeviations))]
    public void WeightsOfThePerceptronHaveTheDeviationThatTheirLayerAsksFor(Initialisation initialisation, double expected)
    {
        using var scope = NewDisposeScope();
        using var data = RandomImages.Create(_mnist, classes: 10, train: 1, validation: 1, test: 1, ScalarType.Float64);
        Mlp network = new(
            new() { Data = "any", Hidden = [50], Initialisation = initialisation, InitialScale = 0.05 }, data);

        var parts = Parts(network);

        Assert.Equal(expected, Deviation(parts["linear_1/weight"]), 0.02 * expected);
        Assert.Equal(initialisation == Initialisation.Normal, parts["linear_1/bias"].abs().max().item<double>() > 0);
    }

    [Fact]
    public void ThePerceptronStartsNormalAsBeforeToTheLastBit()
    {
        using var scope = NewDisposeScope();
        using var data = RandomImages.Create(_mnist, classes: 10, train: 1, validation: 1, test: 1, ScalarType.Float64);
        var streams = RandomStreams.FromSeed(1);
        using var generator = streams.Generator("normal");
        Mlp network = new(new() { Data = "any", Hidden = [5] }, data);

        Assert.Equal(randn(network.Layout.Count, dtype: float64, generator: generator) * 0.01, network.InitialTheta(streams));
    }

    [Fact]
    public void LeNetAndTheResidualNetTakeOtherWeightsToo()
    {
        using var scope = NewDisposeScope();

        var leNet = Parts(LeNet.Create(new() { Data = "any", Initialisation = Initialisation.Glorot }, _cifar, 10));
        var residual = Parts(ResidualNet.Create(new() { Data = "any", Initialisation = Initialisation.Normal, InitialScale = 0.2 }, _cifar, 10));
        var usual = Parts(ResidualNet.Create(new() { Data = "any" }, _cifar, 10));

        Assert.Equal(Math.Sqrt(2.0 / (400 + 120)), Deviation(leNet["linear_1/weight"]), 0.02 * Math.Sqrt(2.0 / 520));
        Assert.Equal(zeros(120, dtype: float64), leNet["linear_1/bias"]);
        Assert.Equal(0.2, Deviation(residual["block_3_1/conv_2/weight"]), 0.004);
        Assert.Equal(Math.Sqrt(2.0 / (64 * 9)), Deviation(usual["block_3_1/conv_2/weight"]), 0.02 * Math.Sqrt(2.0 / (64 * 9)));
    }

    [Fact]
    public void ParametersOfNormalizationStartAsTheIdentity()
    {
        using var scope = NewDisposeScope();

        var parts = Parts(ConvNet.Create(new() { Data = "any", AffineBatchNorm = true }, _mnist, 10));

        Assert.Equal(ones(16, 1, 1, dtype: float64), parts["conv_1/scale"]);
        Assert.Equal(zeros(16, 1, 1, dtype: float64), parts["conv_1/shift"]);
    }

    [Fact]
    public void WeightsAndBiasesOfLeNetStartNormal()
    {
        using var scope = NewDisposeScope();

        var parts = Parts(LeNet.Create(new() { Data = "any" }, _cifar, 10));

        Assert.Equal(0.01, Deviation(parts["linear_1/bias"]), 2e-3);
        Assert.Equal(zeros(120, dtype: float64), parts["linear_1/shift"]);
    }

    [Fact]
    public void ReluLogitsAreNeverNegativeAndSoftmaxLogitsAddUpToOne()
    {
        using var scope = NewDisposeScope();
        var streams = RandomStreams.FromSeed(2);
        var images = RandomTensors.Uniform(streams, "images", [4, .. _cifar]);
        Tensor Logits(INetwork network) => network.Logits(network.InitialTheta(streams), images);

        var plain = Logits(ConvNet.Create(new() { Data = "any" }, _cifar, 10));
        var relu = Logits(ConvNet.Create(new() { Data = "any", ReluLogits = true }, _cifar, 10));
        var softmax = Logits(Vgg16.Create(new() { Data = "any", SoftmaxLogits = true }, _cifar, 10));

        Assert.Equal(plain.relu(), relu);
        Assert.True(plain.min().item<double>() < 0);
        Assert.True(softmax.sum(1).allclose(ones(4, dtype: float64)));
    }

    [Fact]
    public void ImagesThatAreTooSmallForTheLayersAreRefused()
    {
        var error = Assert.Throws<ConfigException>(() => Vgg16.Create(new() { Data = "any" }, _mnist, 10));

        Assert.Contains("pool_5: a 2 x 2 window does not fit 1 x 1 positions", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OptionsThatDoNotFitTogetherAreNamed()
    {
        var options = new ConvNetOptions
        {
            Data = "any",
            Channels = [8, 8, 8],
            Kernels = [3, 4],
            Strides = [1],
            Padding = ConvolutionPadding.Same,
            BatchSize = 0,
        };

        Assert.Equal(["batch_size", "kernels", "strides", "kernels.1"], options.Problems().Select(problem => problem.Key));
    }

    private static long Count(INetwork network) => network.Layout.Count;

    private static Dictionary<string, Tensor> Parts(INetwork network) => network.Layout.Shapes
        .Zip(network.Layout.Split(network.InitialTheta(RandomStreams.FromSeed(1))))
        .ToDictionary(pair => pair.First.Name, pair => pair.Second);

    private static double Deviation(Tensor values) => values.std().item<double>();
}
