using L2O.Flatness.Curvature;
using L2O.Options;
using L2O.Runtime;
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
        .. Require.That(ScaledByGamma, "scaled_by_gamma", "is false, and the loss's gradient has its own scale; choose true"),
    ];
}

/// <summary>Negative local entropy less the loss: how much sharper than flat the neighbourhood is, whatever the loss.</summary>
public sealed class LocalEntropyExcess(LocalEntropyExcessOptions options) : IFlatnessMetric
{
    private readonly LocalEntropy _entropy = new(options);

    /// <inheritdoc/>
    public FlatnessEstimate Measure(FlatnessPoint point, Tensor? memory)
    {
        using var work = NumericWork.Begin();
        using var noGradient = no_grad();
        return Less(_entropy.Measure(point, memory), point.Loss.At(point.Theta));
    }

    /// <inheritdoc/>
    public (FlatnessEstimate Estimate, Tensor Gradient) MeasureWithGradient(FlatnessPoint point, Tensor? memory)
    {
        using var work = NumericWork.Begin();
        var (entropy, gradient) = _entropy.MeasureWithGradient(point, memory);
        var (value, lossGradient) = point.Loss.WithGradient(point.Theta);
        return (Less(entropy, value), (gradient - lossGradient).MoveToOuterDisposeScope());
    }

    private static FlatnessEstimate Less(FlatnessEstimate entropy, Tensor loss)
    {
        var parts = Pending.All([entropy.Number, Pending.Of(loss).Select(Estimate.Exact)]).MoveToOuterDisposeScope();
        return new(parts.Select(part => part[0] with { Value = part[0].Value - part[1].Value }));
    }
}
