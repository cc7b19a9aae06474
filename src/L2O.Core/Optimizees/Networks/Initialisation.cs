namespace L2O.Optimizees.Networks;

/// <summary>How weights are drawn: normal numbers of mean 0.</summary>
public enum Initialisation
{
    /// <summary>Of one standard deviation.</summary>
    Normal,

    /// <summary>Of variance 2 / inputs, which keeps the scale of rectified signals (He et al., 2015).</summary>
    He,

    /// <summary>Of variance 1 / inputs, which keeps the scale of signals (LeCun et al., 1998).</summary>
    Lecun,

    /// <summary>Of variance 2 / (inputs + outputs), between signals and gradients (Glorot and Bengio, 2010).</summary>
    Glorot,
}

/// <summary>Standard deviations of a network's initial weights and biases.</summary>
/// <param name="Kind">How weights are drawn.</param>
/// <param name="Scale">Standard deviation where they are normal.</param>
/// <param name="BiasScale">Standard deviation of biases.</param>
internal sealed record Initialiser(Initialisation Kind, double Scale, double BiasScale)
{
    /// <summary>That of networks whose biases are drawn as weights are where these are normal, and start at 0 elsewhere.</summary>
    internal static Initialiser OfBiasesToo(Initialisation kind, double scale) =>
        new(kind, scale, kind == Initialisation.Normal ? scale : 0);

    /// <summary>The standard deviation of weights.</summary>
    /// <param name="inputs">Numbers that one output is computed from.</param>
    /// <param name="outputs">Numbers that one input has a part in, but for edges and strides.</param>
    internal double WeightScale(long inputs, long outputs) => Kind switch
    {
        Initialisation.He => Math.Sqrt(2.0 / inputs),
        Initialisation.Lecun => Math.Sqrt(1.0 / inputs),
        Initialisation.Glorot => Math.Sqrt(2.0 / (inputs + outputs)),
        _ => Scale,
    };
}
