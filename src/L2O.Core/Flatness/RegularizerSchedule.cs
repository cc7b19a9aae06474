namespace L2O.Flatness;

/// <summary>Which points along a meta-iteration the meta-objective is regularized at, and how strongly.</summary>
internal static class RegularizerSchedule
{
    /// <summary>The factor of the metric at theta[t] in the meta-objective; 0 where it is not regularized.</summary>
    /// <param name="options">Steps, schedule and reduction.</param>
    /// <param name="weight">What the metric is multiplied by.</param>
    /// <param name="unroll">Within the meta-iteration, from 0.</param>
    /// <param name="unrollCount">Unrolls in a meta-iteration.</param>
    /// <param name="t">Point of the unroll, 1 to its length.</param>
    /// <param name="length">Steps in an unroll.</param>
    public static double WeightAt(
        RegularizerOptions options, double weight, int unroll, int unrollCount, int t, int length)
    {
        var every = options.Steps == RegularizedSteps.Last ? length : options.Every;
        if (!Includes(options, unroll, unrollCount) || (length - t) % every != 0)
        {
            return 0;
        }

        var points = ((length - 1) / every) + 1;
        return options.Reduce == RegularizerReduction.Mean ? weight / points : weight;
    }

    /// <summary>Whether an unroll is regularized; prior and posterior share them out.</summary>
    /// <remarks>The paper's code leaves one of them in neither.</remarks>
    internal static bool Includes(RegularizerOptions options, int unroll, int unrollCount) => options.Schedule switch
    {
        RegularizedUnrolls.All => true,
        RegularizedUnrolls.Prior => unroll < Boundary(options, unrollCount),
        RegularizedUnrolls.Posterior => unroll >= Boundary(options, unrollCount),
        _ => false,
    };

    private static int Boundary(RegularizerOptions options, int unrollCount) =>
        (int)Math.Floor(unrollCount * options.Fraction);
}
