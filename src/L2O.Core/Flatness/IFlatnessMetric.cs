using L2O.Flatness.Curvature;
using L2O.Randomness;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Flatness;

/// <summary>
/// How sharp a loss is around a point: a number to report and, with its gradient, a regularizer of meta-training or of
/// an optimizee. What one step hands to the next goes through the memory.
/// </summary>
public interface IFlatnessMetric
{
    /// <summary>The number alone, which is cheaper.</summary>
    /// <param name="point">Where, of which loss.</param>
    /// <param name="memory">From the previous step of the same episode; null at its start.</param>
    FlatnessEstimate Measure(FlatnessPoint point, Tensor? memory);

    /// <summary>The number and its gradient [N] with respect to theta, without a graph.</summary>
    /// <param name="point">Where, of which loss.</param>
    /// <param name="memory">From the previous step of the same episode; null at its start.</param>
    (FlatnessEstimate Estimate, Tensor Gradient) MeasureWithGradient(FlatnessPoint point, Tensor? memory);
}

/// <summary>A loss around a point, and what a metric may draw to look at it.</summary>
/// <param name="Loss">Of the step's own examples.</param>
/// <param name="Fresh">Gives the losses of other examples, as many, numbered 1, 2, ...</param>
/// <param name="Theta">[N].</param>
/// <param name="Step">Optimizee steps made so far.</param>
/// <param name="Streams">The episode's random numbers for the metric; the step is addressed below them.</param>
public sealed record FlatnessPoint(ILoss Loss, Func<long, ILoss> Fresh, Tensor Theta, long Step, RandomStreams Streams)
{
    /// <summary>Random numbers of this step alone.</summary>
    internal RandomStreams StepStreams => Streams.At("step", Step);
}

/// <summary>What a metric says of a point.</summary>
/// <param name="Number">Higher is sharper; in the caller's scope until it is read.</param>
/// <param name="Memory">For the episode's next step, in the caller's scope; null where nothing is kept.</param>
public sealed record FlatnessEstimate(Pending<Estimate> Number, Tensor? Memory = null)
{
    /// <summary>A number that is known.</summary>
    /// <param name="value">Higher is sharper.</param>
    /// <param name="error">As <see cref="Estimate.Error"/> has it.</param>
    /// <param name="memory">For the episode's next step.</param>
    public FlatnessEstimate(double value, double error, Tensor? memory = null)
        : this(Pending.Known(new Estimate(value, error)), memory)
    {
    }

    /// <summary>The number.</summary>
    public double Value => Number.Value.Value;

    /// <summary>How far off it may be, as <see cref="Estimate.Error"/> has it.</summary>
    public double Error => Number.Value.Error;

    /// <summary>A number without error that a tensor holds; moved to the outer scope.</summary>
    internal static FlatnessEstimate Exact(Tensor scalar) =>
        new(Pending.Of(scalar).MoveToOuterDisposeScope().Select(Estimate.Exact));
}
