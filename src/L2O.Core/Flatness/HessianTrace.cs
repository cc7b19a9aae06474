using L2O.Flatness.Curvature;
using L2O.Options;
using L2O.Runtime;
using static TorchSharp.torch;

namespace L2O.Flatness;

/// <summary>What is made of an estimated trace.</summary>
public enum TraceForm
{
    /// <summary>Its magnitude.</summary>
    Absolute,

    /// <summary>Its square.</summary>
    Squared,

    /// <summary>Itself where positive, otherwise 0.</summary>
    Hinge,

    /// <summary>Itself, as the paper's code has it; negative curvature then counts as flat.</summary>
    Signed,
}

/// <summary>How a trace is estimated.</summary>
public enum TraceMethod
{
    /// <summary>Random sign vectors.</summary>
    Hutchinson,

    /// <summary>The dominant part exactly, the rest by random sign vectors.</summary>
    HutchPlusPlus,
}

/// <summary>Options of the Hessian's trace.</summary>
public sealed record HessianTraceOptions : IMetricOptions
{
    private const int AnalysisProbes = 100;

    /// <summary>
    /// Products with the Hessian. One is an unbiased estimate of the trace at the least cost, and an unroll's steps average
    /// as many; of its magnitude it is unbiased where it cannot have the other sign, of its square never. The paper's code
    /// takes 10.
    /// </summary>
    public int Probes { get; init; } = 1;

    /// <summary>What is made of the trace.</summary>
    public TraceForm Form { get; init; } = TraceForm.Absolute;

    /// <summary>How the trace is estimated; hutch_plus_plus takes 3 probes or more.</summary>
    public TraceMethod Method { get; init; } = TraceMethod.Hutchinson;

    /// <summary>Uses the same probes at every step of an episode instead of new ones.</summary>
    public bool Frozen { get; init; }

    /// <inheritdoc/>
    public IReadOnlyList<IMetricOptions> ForAnalysis => [this with { Probes = AnalysisProbes }];

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems() =>
        Require.AtLeast("probes", Probes, Method == TraceMethod.HutchPlusPlus ? 3 : 1);
}

/// <summary>The Hessian's trace, the sum of its eigenvalues, by stochastic estimation.</summary>
public sealed class HessianTrace(HessianTraceOptions options) : IFlatnessMetric
{
    /// <inheritdoc/>
    public FlatnessEstimate Measure(FlatnessPoint point, Tensor? memory)
    {
        using var work = NumericWork.Begin();
        var hessian = new Hessian(point.Loss, point.Theta);
        return new(Probes(hessian, point).Measure(hessian).MoveToOuterDisposeScope().Select(Described));
    }

    /// <inheritdoc/>
    public (FlatnessEstimate Estimate, Tensor Gradient) MeasureWithGradient(FlatnessPoint point, Tensor? memory)
    {
        using var work = NumericWork.Begin();
        var hessian = new Hessian(point.Loss, point.Theta);
        var (trace, onDevice, gradient) = Probes(hessian, point).MeasureWithGradient(hessian);
        return (
            new(trace.MoveToOuterDisposeScope().Select(Described)),
            gradient.mul(Slope(onDevice)).MoveToOuterDisposeScope());
    }

    private TraceProbes Probes(Hessian hessian, FlatnessPoint point)
    {
        var streams = options.Frozen ? point.Streams : point.StepStreams;
        return options.Method == TraceMethod.HutchPlusPlus
            ? TraceProbes.Sketched(hessian, options.Probes, streams)
            : TraceProbes.Signs(point.Theta, options.Probes, streams);
    }

    private Estimate Described(Estimate trace) => options.Form switch
    {
        TraceForm.Absolute => trace with { Value = Math.Abs(trace.Value) },
        TraceForm.Squared => new(trace.Value * trace.Value, Math.Abs(2 * trace.Value) * trace.Error),
        TraceForm.Hinge => trace.Value < 0 ? Estimate.Exact(0) : trace,
        _ => trace,
    };

    // The derivative of what is made of the trace, a scalar; at 0 that from above.
    private Tensor Slope(Tensor trace) => options.Form switch
    {
        TraceForm.Absolute => (trace < 0).to(trace.dtype).mul_(-2).add_(1),
        TraceForm.Squared => 2 * trace,
        TraceForm.Hinge => (trace < 0).logical_not().to(trace.dtype),
        _ => ones_like(trace),
    };
}
