using L2O.Options;

namespace L2O.Flatness;

/// <summary>Options of the local entropy, with the loss or without.</summary>
public abstract record NeighbourhoodOptions : IMetricOptions
{
    private const int AnalysisPairs = 100;

    private static readonly double[] AnalysisGammas = [100, 1000, 10_000];

    /// <summary>
    /// How narrow the neighbourhood is: its width is 1 / sqrt(gamma). Entropy-SGD's code starts at 1e-4, where a
    /// gradient that is scaled by gamma vanishes beside the loss's.
    /// </summary>
    public double Gamma { get; init; } = 1;

    /// <summary>Gamma grows by this fraction with every optimizee step; Entropy-SGD's code has 1e-3.</summary>
    public double GammaGrowth { get; init; }

    /// <summary>
    /// Pairs of opposite points that the number is estimated from, with two losses each; the gradient comes from the walk.
    /// </summary>
    public int Pairs { get; init; } = 1;

    /// <summary>Gradients in each walk, each on a fresh minibatch; steps are what a regularizer chooses points by.</summary>
    public int WalkSteps { get; init; } = 20;

    /// <summary>Step size of the walk; stable below 2 / (largest curvature + gamma).</summary>
    public double StepSize { get; init; } = 0.1;

    /// <summary>Noise of the walk; 1.41421356 samples the neighbourhood's density at temperature 1.</summary>
    public double Noise { get; init; } = 1e-4;

    /// <summary>Weight of each new point in the walk's mean.</summary>
    public double Averaging { get; init; } = 0.75;

    /// <summary>Whether the gradient is gamma (theta - mean), as the definition has it, or theta - mean.</summary>
    public bool ScaledByGamma { get; init; } = true;

    /// <summary>At several widths, from many pairs.</summary>
    public IReadOnlyList<IMetricOptions> ForAnalysis =>
        [.. AnalysisGammas.Select(gamma => this with { Gamma = gamma, Pairs = AnalysisPairs })];

    /// <inheritdoc/>
    public virtual IEnumerable<OptionProblem> Problems() =>
    [
        .. Require.Positive("gamma", Gamma), .. Require.NotNegative("gamma_growth", GammaGrowth),
        .. Require.AtLeast("pairs", Pairs, 1), .. Require.AtLeast("walk_steps", WalkSteps, 1),
        .. Require.Positive("step_size", StepSize),
        .. Require.NotNegative("noise", Noise), .. Require.Share("averaging", Averaging),
    ];
}
