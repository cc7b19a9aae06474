using static TorchSharp.torch;

namespace L2O.Optimizers.Learned;

/// <summary>
/// What L2O-Scale remembers. Coordinates are columns, so that each quantity lies in one piece of memory; what the
/// options leave out is null.
/// </summary>
/// <param name="Hidden">Of the cell for each parameter: [H0, N].</param>
/// <param name="Accumulators">Decaying means of the gradient, one for each timescale: [K, N].</param>
/// <param name="MeanSquares">Decaying means of the accumulators' squares: [K, N].</param>
/// <param name="InputDecay">How much of the accumulators the next step keeps: [1, N].</param>
/// <param name="ScaleDecay">How much of the mean squares the next step keeps: [1, N].</param>
internal sealed record ScaleState(
    Tensor Hidden, Tensor Accumulators, Tensor MeanSquares, Tensor InputDecay, Tensor ScaleDecay) : RuleState
{
    /// <summary>Logarithm of each parameter's learning rate: [1, N].</summary>
    internal Tensor? LogLearningRate { get; init; }

    /// <summary>Of the cell for each of P tensors: [H1, P].</summary>
    internal Tensor? TensorHidden { get; init; }

    /// <summary>Of the cell for all tensors: [H2, 1].</summary>
    internal Tensor? GlobalHidden { get; init; }

    /// <summary>Where the next gradient is taken: [N].</summary>
    internal Tensor? Attended { get; init; }

    /// <summary>The layout's tensors.</summary>
    internal required TensorSegments Segments { get; init; }

    /// <inheritdoc/>
    public override ScaleState Map(Func<Tensor, Tensor> replace)
    {
        Tensor? ReplaceIfAny(Tensor? tensor) => tensor is null ? null : replace(tensor);
        return this with
        {
            Hidden = replace(Hidden),
            Accumulators = replace(Accumulators),
            MeanSquares = replace(MeanSquares),
            InputDecay = replace(InputDecay),
            ScaleDecay = replace(ScaleDecay),
            LogLearningRate = ReplaceIfAny(LogLearningRate),
            TensorHidden = ReplaceIfAny(TensorHidden),
            GlobalHidden = ReplaceIfAny(GlobalHidden),
            Attended = ReplaceIfAny(Attended),
        };
    }
}
