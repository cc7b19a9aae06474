using L2O.Options;

namespace L2O.Evaluation;

/// <summary>Where the flatness of a solution is measured, and how the spectral density is.</summary>
public sealed record FlatnessOptions : IOptions
{
    /// <summary>Examples of Train, the first ones, whose mean loss is measured.</summary>
    public int Examples { get; init; } = 1000;

    /// <summary>Products with the Hessian in each run of Lanczos' method, and atoms of the spectral density at most.</summary>
    public int LanczosSteps { get; init; } = 80;

    /// <summary>Random starts that the spectral density is averaged over.</summary>
    public int LanczosRuns { get; init; } = 2;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems() =>
    [
        .. Require.AtLeast("examples", Examples, 1), .. Require.AtLeast("lanczos_steps", LanczosSteps, 1),
        .. Require.AtLeast("lanczos_runs", LanczosRuns, 1),
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

    private static OptionProblem[] Side(string key, int count) =>
        count is 0 or >= 2 ? [] : [new(key, $"is {count}; choose 2 or more, or 0 for none")];
}
