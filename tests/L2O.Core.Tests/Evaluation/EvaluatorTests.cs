using L2O.Data;
using L2O.Evaluation;
using L2O.Optimizees;
using L2O.Optimizees.Networks;
using L2O.Optimizers.Handcrafted;
using L2O.Randomness;
using L2O.Tensors;
using L2O.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Evaluation;

public sealed class EvaluatorTests
{
    private static readonly EvaluationOptions Options =
        new() { Steps = 25, RecordEvery = 10, Targets = [0.1], DivergedAbove = 10 };

    [Fact]
    public void PointsComeEveryFewStepsAndAtTheEnd()
    {
        using var scope = NewDisposeScope();
        var steps = 0;

        var curve = new Evaluator(Options, RandomStreams.FromSeed(1), new StepClock()).Run(
            new Sgd(new() { LearningRate = 0.1 }), Bowl(), seed: 0, () => steps++, default);

        Assert.Equal([0, 10, 20, 25], curve.Points.Select(point => point.Step));
        Assert.Equal(25, steps);
        Assert.False(curve.IsDiverged);
        Assert.Equal(Math.Pow(0.8, 50), curve.Last.Train.Loss, 1e-12);
        Assert.Equal(curve.Last.Train.Loss, curve.Last.BatchLoss, 1e-15);

        // A second passes between two looks at the clock: it runs for each step, and between the steps it rests.
        Assert.Equal([1, 11, 21, 26], curve.Points.Select(point => point.Seconds));
    }

    [Fact]
    public void ADivergedRunEndsAtOnceWithItsLastPoint()
    {
        using var scope = NewDisposeScope();

        var curve = new Evaluator(Options, RandomStreams.FromSeed(1), TimeProvider.System).Run(
            new Sgd(new() { LearningRate = 2 }), Bowl(), seed: 0, () => { }, default);

        // Each step multiplies x by -3, so the loss is above ten times its start after two.
        Assert.True(curve.IsDiverged);
        Assert.Equal([0, 2], curve.Points.Select(point => point.Step));
    }

    // Losses 0.01, 3.01, 15.01: ten times the first would be 0.1.
    [Fact]
    public void AStartNearZeroDivergesAboveTenTimesOne()
    {
        using var scope = NewDisposeScope();
        WeightedOptimizee lowered = new("lowered", new FunctionOptimizee(x => x.square().sum() - 0.99, [1.0]));

        var curve = new Evaluator(Options, RandomStreams.FromSeed(1), TimeProvider.System).Run(
            new Sgd(new() { LearningRate = 1.5 }), lowered, seed: 0, () => { }, default);

        Assert.True(curve.IsDiverged);
        Assert.Equal([0, 2], curve.Points.Select(point => point.Step));
    }

    // x shrinks to 0.8 of itself in each step, so the loss at step t is 0.64^t, and the mean of the last 20 there
    // 0.64^(t - 19) (1 - 0.64^20) / (20 * 0.36): at or below 0.01 from step 25 on, where it is 0.00954.
    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(20)]
    [InlineData(1000)]
    public void TheMeanLossAndTheStepsToATargetAreThoseOfAllStepsWhateverIsRecorded(int recordEvery)
    {
        using var scope = NewDisposeScope();
        var options = Options with { Steps = 30, RecordEvery = recordEvery, Targets = [0.01, 1e-9] };

        var curve = new Evaluator(options, RandomStreams.FromSeed(1), new StepClock()).Run(
            new Sgd(new() { LearningRate = 0.1 }), Bowl(), seed: 0, () => { }, default);

        Assert.Equal((1 - Math.Pow(0.64, 31)) / (31 * 0.36), curve.MeanTrainLoss, 1e-12);
        Assert.Equal(new TargetCrossing(0.01, Step: 25, Seconds: 26), Assert.Single(curve.Crossings));
    }

    [Fact]
    public void TheMeanLossOfADivergedRunGoesUpToItsEnd()
    {
        using var scope = NewDisposeScope();

        var curve = new Evaluator(Options, RandomStreams.FromSeed(1), TimeProvider.System).Run(
            new Sgd(new() { LearningRate = 2 }), Bowl(), seed: 0, () => { }, default);

        Assert.Equal((1 + 9 + 81) / 3.0, curve.MeanTrainLoss, 1e-12);
    }

    [Theory]
    [InlineData(0.1, false)]
    [InlineData(2, true)]
    public void TheEndIsWhereTheMeasuredRunEnds(double learningRate, bool isDiverged)
    {
        using var scope = NewDisposeScope();
        var evaluator = new Evaluator(Options, RandomStreams.FromSeed(1), TimeProvider.System);
        var sgd = new Sgd(new() { LearningRate = learningRate });
        var curve = evaluator.Run(sgd, Bowl(), seed: 3, () => { }, default);

        var (loss, diverged) = evaluator.WithSolution(
            sgd,
            Bowl(),
            seed: 3,
            end => (end.Episode.Measure(end.Theta, Split.Train).Loss, end.IsDiverged),
            () => { },
            default);

        Assert.Equal((curve.Last.Train.Loss, isDiverged), (loss, diverged));
        Assert.Equal(isDiverged, curve.IsDiverged);
    }

    [Fact]
    public void TuningScoresByValidationAndCallsDivergenceInfinite()
    {
        using var scope = NewDisposeScope();
        var evaluator = new Evaluator(Options, RandomStreams.FromSeed(1), TimeProvider.System);
        double Score(double learningRate) => evaluator.ValidationLoss(
            new Sgd(new() { LearningRate = learningRate }), Bowl(), tuningSeed: 0, () => { }, default);

        Assert.Equal(Math.Pow(0.8, 50), Score(0.1), 1e-12);
        Assert.Equal(double.PositiveInfinity, Score(2));
    }

    [Fact]
    public void OneSeedGivesEveryOptimizerTheSameStartAndMinibatches()
    {
        using var scope = NewDisposeScope();
        using var data = RandomData();
        var tensorOptions = new TensorOptions(CPU, ScalarType.Float32);
        var mlp = new WeightedOptimizee(
            "mlp", new Classifier(new Mlp([4, 3, 2], Activation.Tanh, 0.1), data, batchSize: 8, tensorOptions));
        var evaluator = new Evaluator(Options, RandomStreams.FromSeed(1), TimeProvider.System);
        double First(long seed, double rate) => evaluator.Run(
            new Sgd(new() { LearningRate = rate }), mlp, seed, () => { }, default).Points[0].BatchLoss;

        Assert.Equal(First(0, 0.1), First(0, 0.2));
        Assert.NotEqual(First(0, 0.1), First(1, 0.1));
    }

    private static WeightedOptimizee Bowl() => new("bowl", new FunctionOptimizee(x => x.square().sum(), [1.0]));

    private static Dataset RandomData()
    {
        Examples Make(int count) => new(rand(count, 1, 2, 2), randint(2, count, dtype: int64));
        return new("random", 2, Make(50), Make(10), Make(10));
    }
}
