namespace L2O.Optimizers.Learned.Coordinatewise;

/// <summary>What the network sees of a gradient.</summary>
internal enum InputFeatures
{
    /// <summary>The gradient itself.</summary>
    Gradient,

    /// <summary>Logarithm of the magnitude, and a clipped, scaled value.</summary>
    LogAndSign,

    /// <summary>Adam's and RMSProp's normalized gradients, from running moments.</summary>
    Moments,
}

/// <summary>
/// A network that is applied to every coordinate alike: features of the gradient, perhaps a projection with an ELU,
/// LSTM layers, and a linear head, perhaps with a tanh.
/// </summary>
internal sealed record CoordinatewiseNetwork
{
    /// <summary>
    /// Added to a magnitude before its logarithm: the epsilon of float32, in float64 too, for it belongs to the formula
    /// and not to the arithmetic.
    /// </summary>
    internal const double LogEpsilon = 1.1920928955078125e-07;

    /// <summary>Added to the root of the mean square.</summary>
    internal const double RootEpsilon = 1e-8;

    /// <summary>What the network sees.</summary>
    internal required InputFeatures Features { get; init; }

    /// <summary>Units of the projection between features and layers; 0 for none.</summary>
    internal int ProjectionSize { get; init; }

    /// <summary>Units of each LSTM layer.</summary>
    internal required IReadOnlyList<int> Hidden { get; init; }

    /// <summary>Whether the head's output goes through a tanh.</summary>
    internal bool HasTanhHead { get; init; }

    /// <summary>What the head's output is multiplied by.</summary>
    internal required double OutputScale { get; init; }

    /// <summary>For <see cref="InputFeatures.LogAndSign"/>.</summary>
    internal double PreprocessK { get; init; }

    /// <summary>For <see cref="InputFeatures.Moments"/>: decay of the mean of gradients.</summary>
    internal double Beta1 { get; init; }

    /// <summary>For <see cref="InputFeatures.Moments"/>: decay of the mean of squared gradients.</summary>
    internal double Beta2 { get; init; }

    /// <summary>Features of one gradient.</summary>
    internal int FeatureCount => Features == InputFeatures.Gradient ? 1 : 2;

    /// <summary>Moments kept for each coordinate.</summary>
    internal int MomentCount => Features == InputFeatures.Moments ? 2 : 0;

    /// <summary>Numbers kept for each coordinate: moments, then hidden and cell values of each layer.</summary>
    internal int StateRows => MomentCount + (2 * Hidden.Sum());
}
