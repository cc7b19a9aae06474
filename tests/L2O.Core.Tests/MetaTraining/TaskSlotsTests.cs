using Xunit;
using static L2O.Tests.Support.DmOnBowls;
using static TorchSharp.torch;

namespace L2O.Tests.MetaTraining;

public sealed class TaskSlotsTests
{
    // Four unrolls in a run: of four tasks one begins at a time.
    [Fact]
    public void StaggeredTasksAreSpreadOverTheirRuns()
    {
        using var scope = NewDisposeScope();
        var trainer = Trainer(Staggered);
        var state = trainer.Start();
        List<string> steps = [];
        for (var i = 0; i < 8; i++)
        {
            (state, var reports) = trainer.Advance(state);
            steps.Add(string.Join(' ', state.Slots.Select(slot => $"{slot.Instance}:{slot.Episode?.Runs[0].Step ?? 0}")));
            Assert.Equal(Enumerable.Repeat((i / 4L, i % 4), 4), reports.Select(report => (report.Iteration, report.Unroll)));
            Assert.Empty(state.Episodes);
        }

        Assert.Equal(
            [
                "0:3 1:3 2:3 4:0", "0:6 1:6 5:0 4:3", "0:9 6:0 5:3 4:6", "7:0 6:3 5:6 4:9",
                "7:3 6:6 5:9 8:0", "7:6 6:9 9:0 8:3", "7:9 10:0 9:3 8:6", "11:0 10:3 9:6 8:9",
            ],
            steps);
        Assert.Equal((2, 0), Where(state));
    }

    [Fact]
    public void OneStaggeredTaskIsAnotherWordForNone()
    {
        using var scope = NewDisposeScope();
        var (plain, staggered) = (Trainer(Short), Trainer(Short with { Staggered = true }));
        var (state, slots) = (plain.Start(), staggered.Start());
        for (var i = 0; i < 7; i++)
        {
            (state, var reports) = plain.Advance(state);
            (slots, var others) = staggered.Advance(slots);
            Assert.Equal(reports, others);
            Assert.Equal(state.Phi.data<double>().ToArray(), slots.Phi.data<double>().ToArray());
        }
    }

    [Fact]
    public void AStaggeredTaskThatIsOfNoUseBeginsAnewAlone()
    {
        using var scope = NewDisposeScope();
        var trainer = Trainer(Staggered);
        var before = trainer.Advance(trainer.Start()).State;
        var slots = before.Slots.ToArray();
        slots[1] = slots[1].Map(tensor => tensor * double.NaN);

        var (state, reports) = trainer.Advance(before with { Slots = slots });

        Assert.All(reports, report => Assert.True(report.Skipped));
        Assert.Equal(before.Phi.data<double>().ToArray(), state.Phi.data<double>().ToArray());
        Assert.Equal(["0:6", "5:0", "6:0", "4:3"], state.Slots.Select(slot => $"{slot.Instance}:{slot.Episode?.Runs[0].Step ?? 0}"));
        Assert.Equal((0, 2, 1, 1), (state.Iteration, state.Unroll, state.Skipped, state.SkippedInARow));
        Assert.Equal(0, trainer.Advance(state).State.SkippedInARow);

        // Every loss is above so low a limit.
        var growing = Trainer(Staggered with { EndAbove = 0.5 });
        Assert.All(growing.Advance(growing.Start()).State.Slots, slot => Assert.Null(slot.Episode));
    }
}
