using L2O.Flatness;
using L2O.MetaTraining;
using L2O.Runtime;
using Xunit;
using static L2O.Tests.Support.DmOnBowls;
using static TorchSharp.torch;

namespace L2O.Tests.MetaTraining;

public sealed class EvolutionTrainingTests
{
    [Theory]
    [InlineData(MetaGradientEstimator.Es)]
    [InlineData(MetaGradientEstimator.Pes)]
    public void PairsSideBySideGiveTheBitsOfPairsInTurn(MetaGradientEstimator estimator)
    {
        using var gate = FinalizerGate.Close();
        using var scope = NewDisposeScope();
        var options = Short with { Estimator = estimator, Evolution = new() { Pairs = 4 } };
        var (alone, together) = (
            Trainer(options, regularizer: Sharpness), Trainer(options, workers: 3, regularizer: Sharpness));
        var state = alone.Start();
        for (var i = 0; i < 4; i++)
        {
            var (expected, reports) = alone.Advance(state);
            var (actual, others) = together.Advance(state);
            Assert.Equal(reports, others);
            Assert.Equal(Bits(expected), Bits(actual));
            state = expected;
        }
    }

    [Fact]
    public void EvolutionStrategiesRefuseWhatTheyCannotRegularize()
    {
        var options = Short with { Estimator = MetaGradientEstimator.Pes };
        RegularizerOptions ofOptimizee = new() { Metric = new GradientNormOptions(), Target = RegularizerTarget.Optimizee };
        RegularizerOptions ofShare = new() { Metric = new GradientNormOptions(), Share = 0.1 };

        Assert.Throws<ArgumentException>(() => Trainer(options, regularizer: new(new GradientNorm(), ofOptimizee)));
        Assert.Throws<ArgumentException>(() => Trainer(options, regularizer: new(new GradientNorm(), ofShare)));
    }

    [Theory]
    [InlineData(MetaGradientEstimator.Es)]
    [InlineData(MetaGradientEstimator.Pes)]
    public void EvolutionStrategiesReportTheRegularizersValueAndNoShare(MetaGradientEstimator estimator)
    {
        using var scope = NewDisposeScope();
        var options = Short with { Estimator = estimator, Evolution = new() { Pairs = 3, Sigma = 1e-7 } };
        var (plain, regularized) = (Trainer(options), Trainer(options, regularizer: Sharpness));
        var start = plain.Start();
        var backward = Trainer(Short, regularizer: Sharpness).Advance(start).Reports[0];

        var report = regularized.Advance(start).Reports[0];

        Assert.Equal(backward.Regularizer.Value ?? double.NaN, report.Regularizer.Value ?? double.NaN, 1e-4);
        Assert.Null(report.Regularizer.Share);
        Assert.Equal(
            plain.Advance(start).Reports[0] with { Regularizer = report.Regularizer, GradientNorm = report.GradientNorm },
            report);
    }

    [Fact]
    public void EvolutionStrategiesPointWhereBackPropagationDoes()
    {
        using var scope = NewDisposeScope();
        var options = Short with { Steps = 3 };
        var exact = Trainer(options with { SecondDerivatives = true }, learningRate: 1);
        var start = exact.Start();
        var expected = exact.Advance(start).State.Phi - start.Phi;
        foreach (var estimator in new[] { MetaGradientEstimator.Es, MetaGradientEstimator.Pes })
        {
            var many = options with { Estimator = estimator, Evolution = new() { Pairs = 300, Sigma = 1e-4 } };
            var step = Trainer(many, learningRate: 1).Advance(start).State.Phi - start.Phi;

            // In d dimensions the cosine is about 1 / sqrt(1 + d / pairs).
            var cosine = (step.dot(expected) / (step.norm() * expected.norm())).item<double>();
            Assert.InRange(cosine, 0.93 / Math.Sqrt(1 + (start.Phi.shape[0] / 300.0)), 1);
        }
    }
}
