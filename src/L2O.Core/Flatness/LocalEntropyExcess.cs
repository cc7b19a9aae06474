using L2O.Options;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Flatness;

/// <summary>Options of what the neighbourhood adds to the loss.</summary>
public sealed record LocalEntropyExcessOptions : NeighbourhoodOptions
{
    /// <inheritdoc/>
    public override IEnumerable<OptionProblem> Problems() =>
    [
        .. base.Problems(),
        .. ScaledByGamma
            ? []
            : new OptionProblem[] { new("scaled_by_gamma", "is false, and the loss's gradient has its own scale; choose true") },
    ];
}

/// <summary>Negative local entropy less the loss: how much sharper than flat the neighbourhood is, whatever the loss.</summary>
public sealed class LocalEntropyExcess(LocalEntropyExcessOptions options) : IFlatnessMetric
{
    private readonly LocalEntropy _entropy = new(options);

    /// <inheritdoc/>
    public FlatnessEstimate Measure(FlatnessPoint point, Tensor? memory)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        return Less(_entropy.Measure(point, memory), point.Loss.At(point.Theta));
    }

    /// <inheritdoc/>
    public (FlatnessEstimate Estimate, Tensor Gradient) MeasureWithGradient(FlatnessPoint point, Tensor? memory)
    {
        using var scope = NewDisposeScope();
        var (entropy, gradient) = _entropy.MeasureWithGradient(point, memory);
        var (value, lossGradient) = point.Loss.WithGradient(point.Theta);
        return (Less(entropy, value), (gradient - lossGradient).MoveToOuterDisposeScope());
    }

    private static FlatnessEstimate Less(FlatnessEstimate entropy, Tensor loss) =>
        entropy with { Value = entropy.Value - ScalarTensor.Value(loss) };
}
