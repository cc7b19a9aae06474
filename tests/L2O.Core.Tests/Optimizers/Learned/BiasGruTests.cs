using L2O.Optimizers.Learned;
using L2O.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Optimizers.Learned;

public sealed class BiasGruTests
{
    [Fact]
    public void WithoutWeightsTheStateDecaysByTheUpdateGate()
    {
        using var scope = NewDisposeScope();
        var gru = new BiasGru(
            zeros(5, 4, dtype: float64),
            full(4, 2.2, dtype: float64),
            zeros(5, 2, dtype: float64),
            zeros(2, dtype: float64));
        var state = tensor(new double[,] { { 1, -3 }, { 0.5, 2 } });

        var next = gru.Step(ones(3, 2, dtype: float64), state, gru.Bias);

        // sigma(2.2).
        Golden.AssertClose((0.9002495108803148 * state).flatten().data<double>().ToArray(), next.flatten(), 1e-14);
    }

    [Fact]
    public void TheResetGateActsBeforeTheCandidatesMatrixAndTheExternalBiasOnEachRow()
    {
        using var scope = NewDisposeScope();
        var gru = new BiasGru(
            zeros(2, 2, dtype: float64),
            zeros(2, dtype: float64),
            tensor(new[,] { { 0.0 }, { 1.0 } }),
            zeros(1, dtype: float64));
        var state = tensor(new[,] { { 0.6, 0.6 } });
        var bias = tensor(new[,] { { 0.0, Math.Log(3) }, { 0.0, 0.0 }, { 0.0, 0.1 } });

        var next = gru.Step(zeros(1, 2, dtype: float64), state, bias);

        // Reset gates 1/2 and 3/4, update gate 1/2.
        double[] expected = [(0.6 + Math.Tanh(0.3)) / 2, (0.6 + Math.Tanh(0.45 + 0.1)) / 2];
        Golden.AssertClose(expected, next.flatten(), 1e-14);
    }
}
