using L2O.Options;

namespace L2O.Evaluation;

/// <summary>How the flatness of a solution is estimated.</summary>
public sealed record FlatnessOptions : IOptions
{
    /// <summary>Examples of Train, the first ones, whose mean loss is measured.</summary>
    public int Examples { get; init; } = 1000;

    /// <summary>Random vectors for the trace, and for the Frobenius norm.</summary>
    public int Probes { get; init; } = 100;

    /// <summary>Products with the Hessian in each run of Lanczos' method, and atoms of the spectral density at most.</summary>
    public int LanczosSteps { get; init; } = 80;

    /// <summary>Random starts that the spectral density is averaged over.</summary>
    public int LanczosRuns { get; init; } = 2;

    /// <summary>How narrow the neighbourhoods of the local entropy are: each parameter varies by 1 / sqrt(gamma).</summary>
    public double[] Gammas { get; init; } = [100, 1000, 10_000];

    /// <summary>Pairs of opposite points drawn from each neighbourhood.</summary>
    public int Pairs { get; init; } = 100;

    /// <summary>Distance of the worst-case step.</summary>
    public double Rho { get; init; } = 0.05;

    /// <summary>Distance of the worst-case step that is measured relative to each parameter's magnitude.</summary>
    public double AdaptiveRho { get; init; } = 0.5;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems() =>
    [
        .. Require.AtLeast("examples", Examples, 1), .. Require.AtLeast("probes", Probes, 2),
        .. Require.AtLeast("lanczos_steps", LanczosSteps, 1), .. Require.AtLeast("lanczos_runs", LanczosRuns, 1),
        .. Require.Each("gammas", Gammas, Require.Positive),
        .. Gammas.SelectMany((gamma, i) =>
            Require.That(!Gammas.Take(i).Contains(gamma), $"gammas.{i}", "is there twice; leave one out")),
        .. Require.AtLeast("pairs", Pairs, 2), .. Require.Positive("rho", Rho),
        .. Require.Positive("adaptive_rho", AdaptiveRho),
    ];
}

/// <summary>Which slices through the loss around a solution are computed.</summary>
public sealed record SliceOptions : IOptions
{
    /// <summary>How far they reach; at 1 every filter's step is as long as the filter.</summary>
    public double Span { get; init; } = 1;

    /// <summary>Losses along a line; 0 leaves lines out.</summary>
    public int Points { get; init; } = 41;

    /// <summary>Losses along each side of a plane; 0 leaves planes out.</summary>
    public int PlanePoints { get; init; } = 25;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems() =>
    [
        .. Require.Positive("span", Span), .. Side("points", Points), .. Side("plane_points", PlanePoints),
    ];

    private static IEnumerable<OptionProblem> Side(string key, int count) =>
        Require.That(count is 0 or >= 2, key, $"is {count}; choose 2 or more, or 0 for none");
}
