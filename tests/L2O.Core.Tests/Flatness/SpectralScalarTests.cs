using L2O.Flatness;
using L2O.Flatness.Curvature;
using L2O.Randomness;
using L2O.Tensors;
using L2O.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Flatness;

public sealed class SpectralScalarTests
{
    // With as many products as dimensions the Krylov space is all there is: A has the eigenvalues 3.618033989 and
    // 1.381966011, and a sign vector is (1, 1) or (1, -1) but for its sign.
    [Theory]
    [InlineData(EsdScalar.EsdSum, 5.0, 5.0)]
    [InlineData(EsdScalar.EsdMax, 3.618033989, 3.618033989)]
    [InlineData(EsdScalar.EsdTrace, 7.0, 3.0)]
    [InlineData(EsdScalar.EsdSquare, 25.0, 5.0)]
    public void OnAQuadraticOfTwoIsTheClosedForm(EsdScalar scalar, double ofEqualSigns, double ofOpposite)
    {
        using var scope = NewDisposeScope();
        var point = Perturbed(tensor(new[,] { { 3.0, 1.0 }, { 1.0, 2.0 } }));

        var value = new SpectralScalar(new() { Scalar = scalar }).Measure(point, memory: null).Value;

        Assert.True(Math.Min(Math.Abs(value - ofEqualSigns), Math.Abs(value - ofOpposite)) < 1e-9, $"{value}");
    }

    [Theory]
    [InlineData(EsdScalar.EsdTrace)]
    [InlineData(EsdScalar.EsdSquare)]
    public void MomentsAreThoseOfTheWeightedRitzValues(EsdScalar scalar)
    {
        using var scope = NewDisposeScope();
        var golden = Golden.Read("flatness_mlp_sigmoid");
        var theta = Golden.Tensor(golden.GetProperty("theta"));
        var loss = new GoldenMlp(golden.GetProperty("mlp"));
        var point = new FlatnessPoint(loss, _ => loss, theta, Step: 2, RandomStreams.FromSeed(1));
        var power = scalar == EsdScalar.EsdTrace ? 1 : 2;

        var density = SpectralDensity.Of(new Hessian(loss, theta), runs: 3, iterations: 10, point.StepStreams);
        var value = new SpectralScalar(new() { Scalar = scalar, Runs = 3 }).Measure(point, memory: null).Value;

        var moment = density.Atoms.Zip(density.Weights, (atom, weight) => weight * Math.Pow(atom, power)).Sum();
        Assert.Equal(theta.shape[0] * moment, value, 1e-10);
    }

    [Fact]
    public void TheSumOfAWholeKrylovSpaceHasTheGradientOfTheTrace()
    {
        using var scope = NewDisposeScope();
        var point = new FlatnessPoint(
            new FunctionLoss(x => x.pow(4).sum() / 12),
            _ => throw new InvalidOperationException("not drawn"),
            tensor(new[] { 1.5, -0.5, 2.0 }),
            Step: 0,
            RandomStreams.FromSeed(1));

        foreach (var differentiated in new[] { false, true })
        {
            var (estimate, gradient) = new SpectralScalar(new() { Differentiated = differentiated })
                .MeasureWithGradient(point, memory: null);

            Assert.Equal(6.5, estimate.Value, 1e-9);
            Golden.AssertClose([3, -1, 4], gradient, 1e-9);
        }
    }

    [Theory]
    [InlineData("flatness_mlp_sigmoid")]
    [InlineData("flatness_mlp_tanh")]
    public void TheErrorOfTheMaximumBoundsItsDistanceFromAnEigenvalue(string name)
    {
        using var scope = NewDisposeScope();
        var golden = Golden.Read(name);
        var loss = new GoldenMlp(golden.GetProperty("mlp"));
        var magnitudes = Golden.Doubles(golden.GetProperty("expected").GetProperty("eigenvalues")).Select(Math.Abs).ToArray();
        var point = new FlatnessPoint(
            loss, _ => loss, Golden.Tensor(golden.GetProperty("theta")), Step: 0, RandomStreams.FromSeed(1));

        foreach (var iterations in new[] { 1, 3, 6, 20 })
        {
            var estimate = new SpectralScalar(new() { Scalar = EsdScalar.EsdMax, Iterations = iterations })
                .Measure(point, memory: null);

            var distance = magnitudes.Min(magnitude => Math.Abs(magnitude - estimate.Value));
            Assert.InRange(distance, 0, estimate.Error + 1e-12);
            Assert.True(iterations < 20 || estimate.Error < 1e-3);
        }
    }

    private static FlatnessPoint Perturbed(Tensor a)
    {
        var loss = new FunctionLoss(x => 0.5 * x.dot(a.mv(x)));
        return new(loss, _ => loss, tensor(new[] { 0.5, -1.0 }), Step: 0, RandomStreams.FromSeed(1));
    }
}
