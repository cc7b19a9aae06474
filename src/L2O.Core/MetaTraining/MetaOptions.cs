using L2O.Optimizers.Handcrafted;
using L2O.Options;

namespace L2O.MetaTraining;

/// <summary>Options of meta-training.</summary>
public sealed record MetaOptions : IOptions
{
    /// <summary>Optimizee instances to train phi on.</summary>
    public int Iterations { get; init; } = 1000;

    /// <summary>Optimizee steps in each meta-iteration.</summary>
    public int Steps { get; init; } = 100;

    /// <summary>Steps between meta-updates, where truncated back-propagation through time cuts the graph.</summary>
    public int Unroll { get; init; } = 20;

    /// <summary>What turns meta-gradients into updates of phi.</summary>
    [OneOf(Family.HandcraftedOptimizer)]
    public IOptions Optimizer { get; init; } = new AdamOptions();

    /// <summary>How the losses along an unroll make one meta-loss.</summary>
    public MetaLossForm Loss { get; init; } = MetaLossForm.Mean;

    /// <summary>Differentiates through the optimizee's gradient too, with the whole graph in memory.</summary>
    public bool SecondDerivatives { get; init; }

    /// <summary>Largest 2-norm of a meta-gradient, longer ones are scaled down; 0 leaves them as they are.</summary>
    public double ClipNorm { get; init; }

    /// <summary>Largest magnitude of a meta-gradient's entry, larger ones are cut; 0 leaves them as they are.</summary>
    public double ClipValue { get; init; }

    /// <summary>Non-finite meta-gradients in a row that end the run as diverged.</summary>
    public int SkippedLimit { get; init; } = 20;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        OptionProblem[] counts =
        [
            .. Require.AtLeast("iterations", Iterations, 1), .. Require.AtLeast("steps", Steps, 1),
            .. Require.AtLeast("skipped_limit", SkippedLimit, 1),
            .. Require.NotNegative("clip_norm", ClipNorm), .. Require.NotNegative("clip_value", ClipValue),
        ];
        return Unroll >= 1 && Unroll <= Steps
            ? counts
            : [.. counts, new("unroll", $"is {Unroll}; choose 1 to steps ({Steps})")];
    }
}
