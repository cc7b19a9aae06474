namespace L2O.Optimizees.Networks;

/// <summary>How weights are drawn.</summary>
public enum Initialisation
{
    /// <summary>Normal numbers of one standard deviation.</summary>
    Normal,

    /// <summary>Normal numbers of variance 2 / inputs, which keeps the scale of rectified signals (He et al., 2015).</summary>
    He,
}

/// <summary>Standard deviations of a network's initial weights and biases.</summary>
/// <param name="Kind">How weights are drawn.</param>
/// <param name="Scale">Standard deviation where they are normal.</param>
/// <param name="BiasScale">Standard deviation of biases.</param>
internal sealed record Initialiser(Initialisation Kind, double Scale, double BiasScale)
{
    internal double WeightScale(long inputs) => Kind == Initialisation.He ? Math.Sqrt(2.0 / inputs) : Scale;
}
