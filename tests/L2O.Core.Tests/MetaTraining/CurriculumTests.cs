using L2O.MetaTraining;
using Xunit;
using static L2O.MetaTraining.CurriculumDecision;

namespace L2O.Tests.MetaTraining;

public sealed class CurriculumTests
{
    private static readonly CurriculumOptions TwoStages = new() { Stages = [100, 200] };

    [Fact]
    public void AStageEndsWhenItStopsImprovingAndMetaTrainingWhenAStageBringsNothing()
    {
        var (first, decisions) = Replay(new(), 5, 4, 4.5);
        var second = Curriculum.BeginStage(first, 3);
        var (last, more) = Replay(second, 3.1, 3.2, 3.3);

        Assert.Equal([Save, Save, Advance], decisions);
        Assert.Equal((1, 3, 0), (second.Stage, second.Best, second.Validations));
        Assert.Equal([Continue, Continue, Stop], more);
        Assert.Equal(1, last.Stage);
    }

    [Fact]
    public void AStageGoesOnWhileItImproves()
    {
        var (state, decisions) = Replay(new(), 9, 8, 7, 6, 6);

        Assert.Equal([Save, Save, Save, Save, Advance], decisions);
        Assert.Equal(new CurriculumState(Stage: 1), state);
    }

    [Fact]
    public void AStageLastsAtLeastItsValidations()
    {
        var (_, decisions) = Replay(Curriculum.BeginStage(new(), 1), 0.5, 2);

        Assert.Equal([Save, Continue], decisions);
    }

    [Fact]
    public void TheLastStageEndsMetaTrainingHoweverMuchItImproved()
    {
        var (_, decisions) = Replay(Curriculum.BeginStage(new(Stage: 1), 5), 4, 3, 2, 2.5);

        Assert.Equal([Save, Save, Save, Stop], decisions);
    }

    // It begins with the untrained phi, which a start of training may well be worse than.
    [Fact]
    public void TheFirstStageLeadsToTheNextEvenIfItBringsNothing()
    {
        var (_, decisions) = Replay(Curriculum.BeginStage(new(), 5), 6, 5.5, 5.1);

        Assert.Equal([Continue, Continue, Advance], decisions);
    }

    [Fact]
    public void AScoreThatIsNotANumberIsNeverTheBest()
    {
        Assert.Equal(Continue, Curriculum.Decide(new(), double.NaN, TwoStages).Decision);
        Assert.Equal(double.PositiveInfinity, Curriculum.BeginStage(new(), double.NaN).Best);
    }

    [Fact]
    public void WithoutACurriculumNothingEnds()
    {
        var state = Curriculum.BeginStage(new(), 1);
        for (var i = 0; i < 20; i++)
        {
            (state, var decision) = Curriculum.Decide(state, 2, options: null);
            Assert.Equal(Continue, decision);
        }

        Assert.Equal(Save, Curriculum.Decide(state, 0.5, options: null).Decision);
    }

    [Fact]
    public void AStageIsValidatedOverTheLengthOfTheNextAndTheLastOverItsOwn()
    {
        Assert.Equal([200, 200], new[] { 0, 1 }.Select(stage => Curriculum.ValidationSteps(TwoStages, stage)));
    }

    private static (CurriculumState State, CurriculumDecision[] Decisions) Replay(
        CurriculumState state, params double[] scores)
    {
        List<CurriculumDecision> decisions = [];
        foreach (var score in scores)
        {
            (state, var decision) = Curriculum.Decide(state, score, TwoStages);
            decisions.Add(decision);
        }

        return (state, [.. decisions]);
    }

    [Theory]
    [InlineData(1, 2, -0.5)]
    [InlineData(-420, -400, -0.05)]
    [InlineData(-380, -400, 0.05)]
    [InlineData(3, 0, 3)]
    public void AScoreFallsWithTheLossWhateverItsSign(double final, double initial, double expected) =>
        Assert.Equal(expected, new ValidationScore("any", final, initial).Change, 1e-12);
}
