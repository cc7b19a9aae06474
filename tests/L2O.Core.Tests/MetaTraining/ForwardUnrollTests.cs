using L2O.MetaTraining;
using L2O.Optimizers.Learned;
using L2O.Randomness;
using L2O.Tests.Support;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.MetaTraining;

public sealed class ForwardUnrollTests
{
    private static readonly FunctionOptimizee Bowl =
        new(x => (tensor(new[] { 1.0, 3.0, 0.5 }) * x.square()).sum() + 0.1, [0.8, -0.6, 1.1]);

    [Theory]
    [InlineData(MetaLossForm.Mean)]
    [InlineData(MetaLossForm.Log)]
    public void ItIsTheUnrollOfTheTapeToTheLastBit(MetaLossForm form)
    {
        using var scope = NewDisposeScope();
        var dm = new DmOptimizer(new() { Hidden = [4] });
        var phi = dm.InitialPhi(RandomStreams.FromSeed(1));
        var plan = new UnrollPlan(Bowl.Layout, Bowl, default, 3, new(form, Reference: 2), UnrollRegularizer.None);

        var taped = Unroll.ByCotangents(dm, phi, plan, new(0, Bowl.InitialTheta(), Optimizer: null));
        taped = Unroll.ByCotangents(dm, phi, plan, taped.End);
        var forward = ForwardUnroll.Of(dm, plan, new(1), default);
        var middle = forward([new(phi, new(0, Bowl.InitialTheta(), Optimizer: null))])[0].End;
        var (score, end) = forward([new(phi, middle)])[0];

        Assert.Equal(new(taped.MetaLoss, taped.MetaLoss, taped.FinalLoss), score);
        Assert.Equal(taped.End.Step, end.Step);
        Assert.Equal(Values(taped.End), Values(end));
    }

    [Fact]
    public void OnlyTheEndIsLeft()
    {
        using var scope = NewDisposeScope();
        var dm = new DmOptimizer(new() { Hidden = [4] });
        var phi = dm.InitialPhi(RandomStreams.FromSeed(1));
        var plan = new UnrollPlan(Bowl.Layout, Bowl, default, 3, new(MetaLossForm.Mean), UnrollRegularizer.None);
        var start = new UnrollState(0, Bowl.InitialTheta(), Optimizer: null);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        ForwardUnroll.Of(dm, plan, new(1), default)([new(phi, start), new(phi, start, IsEndNeeded: false)]);

        // Theta, hidden and cell.
        Assert.Equal(before + 3, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private static double[] Values(UnrollState state) =>
    [
        .. state.Theta.data<double>(),
        .. (state.Optimizer?.Tensors ?? []).SelectMany(tensor => tensor.contiguous().data<double>().ToArray()),
    ];
}
