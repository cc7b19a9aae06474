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
/// <param name="Value">Higher is sharper.</param>
/// <param name="Error">As <see cref="Estimate.Error"/> has it.</param>
/// <param name="Memory">For the episode's next step, in the caller's scope; null where nothing is kept.</param>
public sealed record FlatnessEstimate(double Value, double Error, Tensor? Memory = null);
