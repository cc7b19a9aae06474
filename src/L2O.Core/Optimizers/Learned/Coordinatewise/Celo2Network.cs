namespace L2O.Optimizers.Learned.Coordinatewise;

/// <summary>
/// What Celo2 computes where the network does every tensor: which features of a coordinate, which layers, and what becomes of their output.
/// </summary>
internal sealed record Celo2Network
{
    /// <summary>Gradients beyond it count as it.</summary>
    internal const double LargestGradient = 1000;

    /// <summary>Where the second feature is cut.</summary>
    internal const double CutGradient = 0.1;

    /// <summary>Added below roots of means of squared gradients.</summary>
    internal const double RootEpsilon = 1e-8;

    /// <summary>Added below the roots of mean squares that features and updates are divided by.</summary>
    internal const double NormEpsilon = 1e-9;

    /// <summary>Direction, magnitude, and one that is not used.</summary>
    internal const int OutputCount = 3;

    /// <summary>Decays of the means of gradients, K.</summary>
    internal required IReadOnlyList<double> MomentumDecays { get; init; }

    /// <summary>Decay of the mean of squared gradients.</summary>
    internal required double RmsDecay { get; init; }

    /// <summary>Decays of the means over rows and columns, K too.</summary>
    internal required IReadOnlyList<double> FactoredDecays { get; init; }

    /// <summary>Units of each hidden layer.</summary>
    internal required IReadOnlyList<int> Hidden { get; init; }

    /// <summary>What the magnitude is multiplied by in the exponent.</summary>
    internal required double ExpMult { get; init; }

    /// <summary>The learning rate at a step, from 0.</summary>
    internal required Func<long, double> RateAt { get; init; }

    /// <summary>Part of theta that a learning rate of 1 takes off.</summary>
    internal required double WeightDecay { get; init; }

    /// <summary>K.</summary>
    internal int DecayCount => MomentumDecays.Count;

    /// <summary>Features of a coordinate.</summary>
    internal int FeatureCount => 6 + (8 * DecayCount);

    /// <summary>The first of them, which vectors have too.</summary>
    internal int VectorFeatureCount => 6 + (3 * DecayCount);

    /// <summary>Features, hidden units of each layer, outputs.</summary>
    internal int[] Sizes => [FeatureCount, .. Hidden, OutputCount];
}
