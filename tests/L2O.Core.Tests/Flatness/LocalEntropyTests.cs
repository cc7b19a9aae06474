using L2O.Flatness;
using L2O.Randomness;
using L2O.Tensors;
using L2O.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Flatness;

public sealed class LocalEntropyTests
{
    private static readonly FunctionLoss Quadratic = new(x =>
        (1.5 * x[0].square()) + (x[0] * x[1]) + x[1].square() - x[0] + x[1]);

    [Theory]
    [InlineData(true, 0.5)]
    [InlineData(false, 1)]
    public void ANoiseFreeWalkOfTwentyStepsGivesTheClosedForm(bool scaled, double factor)
    {
        using var scope = NewDisposeScope();
        var metric = new LocalEntropy(new LocalEntropyOptions { Gamma = 0.5, Noise = 0, ScaledByGamma = scaled });

        var point = Point(Quadratic, tensor(new[] { 0.5, -1.0 }));
        var (estimate, gradient) = metric.MeasureWithGradient(point, memory: null);

        Golden.AssertClose([factor * -0.0975296885, factor * -0.1600577173], gradient, 1e-8);
        Assert.True(double.IsFinite(estimate.Value));
        Assert.Equal(double.NaN, estimate.Error);
    }

    [Fact]
    public void ALongWalkGivesTheGradientOfTheLocalEntropyOfTwo()
    {
        using var scope = NewDisposeScope();
        var metric = new LocalEntropy(new LocalEntropyOptions { Gamma = 0.5, Noise = 0, WalkSteps = 300, StepSize = 0.3 });

        var (_, gradient) = metric.MeasureWithGradient(Point(Quadratic, tensor(new[] { 0.5, -1.0 })), memory: null);

        Golden.AssertClose([-0.0483870968, -0.0806451613], gradient, 1e-8);
    }

    [Fact]
    public void ALongWalkGivesTheGoldenGradient()
    {
        using var scope = NewDisposeScope();
        var (loss, theta, gamma, expected) = GoldenCase();
        var metric = new LocalEntropy(new LocalEntropyOptions { Gamma = gamma, Noise = 0, WalkSteps = 400, StepSize = 0.3 });

        var (_, gradient) = metric.MeasureWithGradient(Point(loss, theta), memory: null);

        Golden.AssertClose(Golden.Doubles(expected.GetProperty("gradient")), gradient, 1e-9);
    }

    // At temperature 1 and with a mean over some thousand steps, noise leaves the mean where it is but for a few percent
    // of the neighbourhood's width.
    [Fact]
    public void ANoisyWalkScattersAroundTheGoldenGradient()
    {
        using var scope = NewDisposeScope();
        var (loss, theta, gamma, expected) = GoldenCase();
        var metric = new LocalEntropy(
            new LocalEntropyOptions { Gamma = gamma, Noise = Math.Sqrt(2), WalkSteps = 4000, StepSize = 0.3, Averaging = 1e-3 });

        var (_, gradient) = metric.MeasureWithGradient(Point(loss, theta), memory: null);

        var error = gradient - tensor(Golden.Doubles(expected.GetProperty("gradient")));
        Assert.InRange(error.abs().max().item<double>(), 1e-6, 0.2);
    }

    [Fact]
    public void GammaGrowsWithTheStep()
    {
        using var scope = NewDisposeScope();
        var theta = tensor(new[] { 0.5, -1.0 });
        var growing = new LocalEntropy(new LocalEntropyOptions { Gamma = 0.5, GammaGrowth = 0.1, Noise = 0 });
        var grown = new LocalEntropy(new LocalEntropyOptions { Gamma = 0.5 * Math.Pow(1.1, 7), Noise = 0 });

        var (_, expected) = grown.MeasureWithGradient(Point(Quadratic, theta), memory: null);
        var (_, actual) = growing.MeasureWithGradient(Point(Quadratic, theta) with { Step = 7 }, memory: null);

        Golden.AssertClose(expected.data<double>().ToArray(), actual, 1e-12);
    }

    [Fact]
    public void TheWalkSeesFreshMinibatchesOnly()
    {
        using var scope = NewDisposeScope();
        List<long> draws = [];
        var point = new FlatnessPoint(
            new LossAlone(Quadratic),
            draw =>
            {
                draws.Add(draw);
                return Quadratic;
            },
            tensor(new[] { 0.5, -1.0 }),
            Step: 0,
            RandomStreams.FromSeed(1));

        new LocalEntropy(new LocalEntropyOptions { WalkSteps = 3 }).MeasureWithGradient(point, memory: null);

        Assert.Equal([1, 2, 3], draws);
    }

    [Fact]
    public void TheNumberIsThatOfThePairsWhateverTheWalkDoes()
    {
        using var scope = NewDisposeScope();
        var point = Point(Quadratic, tensor(new[] { 0.5, -1.0 }));
        var (value, error) = LocalEntropy.Value(point.Loss, point.Theta, gamma: 0.5, pairs: 50, point.StepStreams);

        foreach (var walkSteps in new[] { 1, 30 })
        {
            var metric = new LocalEntropy(new LocalEntropyOptions { Gamma = 0.5, Pairs = 50, WalkSteps = walkSteps });
            Assert.Equal(new(value, error), metric.Measure(point, memory: null).Number.Value);
        }
    }

    [Fact]
    public void TheExcessIsTheEntropyLessTheLossAndItsGradientLessTheLosses()
    {
        using var scope = NewDisposeScope();
        var point = Point(Quadratic, tensor(new[] { 0.5, -1.0 }));
        var loss = point.Loss.WithGradient(point.Theta);

        var (entropy, gradient) = new LocalEntropy(new LocalEntropyOptions { Pairs = 9 }).MeasureWithGradient(point, memory: null);
        var (excess, less) = new LocalEntropyExcess(new() { Pairs = 9 }).MeasureWithGradient(point, memory: null);

        Assert.Equal(entropy.Value - loss.Value.item<double>(), excess.Value, 1e-12);
        Assert.Equal(entropy.Error, excess.Error);
        Golden.AssertClose((gradient - loss.Gradient).data<double>().ToArray(), less, 1e-12);
        Assert.NotEmpty(new LocalEntropyExcessOptions { ScaledByGamma = false }.Problems());
    }

    [Fact]
    public void SamplingTheNeighbourhoodGivesTheGoldenValue()
    {
        using var scope = NewDisposeScope();
        var (loss, theta, gamma, expected) = GoldenCase();
        var constant = -theta.shape[0] / 2.0 * Math.Log(2 * Math.PI / gamma);

        var value = LocalEntropy.Value(loss, theta, gamma, pairs: 20_000, RandomStreams.FromSeed(1));

        Assert.InRange(value.Error, 1e-4, 0.05);
        Assert.Equal(expected.GetProperty("value").GetDouble(), value.Value + constant, 4 * value.Error);
    }

    // F = -1.5035467738 in closed form, the constant included.
    [Fact]
    public void SamplingTheNeighbourhoodGivesTheValueOfTwo()
    {
        using var scope = NewDisposeScope();

        var value = LocalEntropy.Value(
            Quadratic, tensor(new[] { 0.5, -1.0 }), gamma: 0.5, pairs: 10_000, RandomStreams.FromSeed(2));

        Assert.Equal(-1.5035467738 + Math.Log(2 * Math.PI / 0.5), value.Value, 4 * value.Error);
        Assert.True(value.Error < 0.05);
    }

    // Without a gradient of its own to give.
    private sealed class LossAlone(ILoss inner) : ILoss
    {
        public Tensor At(Tensor theta) => inner.At(theta);

        public (Tensor Value, Tensor Gradient) WithGradient(Tensor theta) =>
            throw new InvalidOperationException("the step's own minibatch");
    }

    private static FlatnessPoint Point(ILoss loss, Tensor theta) =>
        new(loss, _ => loss, theta, Step: 0, RandomStreams.FromSeed(1));

    private static (ILoss Loss, Tensor Theta, double Gamma, System.Text.Json.JsonElement Expected) GoldenCase()
    {
        var golden = Golden.Read("local_entropy_quadratic");
        var quadratic = golden.GetProperty("quadratic");
        var n = quadratic.GetProperty("n").GetInt64();
        var q = Golden.Tensor(quadratic.GetProperty("Q"));
        var b = Golden.Tensor(quadratic.GetProperty("b"));
        var a = (q.mm(q.t()) / n) + (0.2 * eye(n, dtype: float64));
        return (
            new FunctionLoss(x => (0.5 * x.dot(a.mv(x))) - b.dot(x)),
            Golden.Tensor(golden.GetProperty("theta")),
            golden.GetProperty("gamma").GetDouble(),
            golden.GetProperty("expected"));
    }
}
