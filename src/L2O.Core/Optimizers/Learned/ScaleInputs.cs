using static TorchSharp.torch;

namespace L2O.Optimizers.Learned;

/// <summary>How gradients enter L2O-Scale: means over several timescales, each scaled by its own mean square.</summary>
internal sealed class ScaleInputs(ScaleOptions options)
{
    /// <summary>Keeps mean squares from zero where they are divided by.</summary>
    internal const double Epsilon = 1e-16;

    private const double SquareEpsilon = 1e-12;

    /// <summary>Means of the gradient and mean squares of those means, both [K, N].</summary>
    /// <param name="gradient">[1, N].</param>
    /// <param name="old">Of the step before; its decays start at 0, so that the first gradient fills all.</param>
    internal (Tensor Accumulators, Tensor MeanSquares) Accumulate(Tensor gradient, ScaleState old)
    {
        using var scope = NewDisposeScope();
        var accumulators = options.NumGradientScales == 1
            ? gradient.alias()
            : lerp(gradient, old.Accumulators, Roots(old.InputDecay));
        var decay = options.UseMultipleScaleDecays ? Roots(old.ScaleDecay) : old.ScaleDecay;
        var meanSquares = lerp(accumulators.square() + SquareEpsilon, old.MeanSquares, decay);
        return (accumulators.MoveToOuterDisposeScope(), meanSquares.MoveToOuterDisposeScope());
    }

    /// <summary>Means of the gradient in units of their own size, with logarithmic tails: [K, N].</summary>
    internal static Tensor Scaled(Tensor accumulators, Tensor meanSquares)
    {
        using var scope = NewDisposeScope();
        return (accumulators / (meanSquares + Epsilon).sqrt()).asinh().MoveToOuterDisposeScope();
    }

    /// <summary>What the network sees of each parameter: [<see cref="ScaleOptions.FeatureCount"/>, N].</summary>
    internal Tensor Features(Tensor scaled, Tensor meanSquares, ScaleState old)
    {
        using var scope = NewDisposeScope();
        List<Tensor> features = [scaled];
        if (options.UseGradProducts && options.NumGradientScales > 1)
        {
            var pairs = options.NumGradientScales - 1;
            features.Add(scaled.narrow(0, 0, pairs) * scaled.narrow(0, 1, pairs));
        }

        if (options.UseLogMeansSquared)
        {
            var logarithms = (meanSquares + Epsilon).log();
            features.Add(logarithms - logarithms.mean([0], keepdim: true));
        }

        if (old.LogLearningRate is { } logLr)
        {
            features.AddRange(LearningRateFeatures(logLr, old.Segments));
        }

        return cat(features).MoveToOuterDisposeScope();
    }

    private IEnumerable<Tensor> LearningRateFeatures(Tensor logLr, TensorSegments segments)
    {
        if (options.UseRelativeLr)
        {
            yield return logLr - (options.UseProblemLrMean ? logLr.mean() : segments.Spread(segments.Means(logLr)));
        }

        if (options.UseExtremeIndicator)
        {
            yield return nn.functional.relu(logLr) - nn.functional.relu(Math.Log(1e-6) - logLr);
        }

        if (options.UseLrShortcut)
        {
            yield return logLr - Math.Log(1e-3);
        }
    }

    /// <summary>A decay, its root, the root of that, ...: [K, N]; each timescale is about double the last.</summary>
    private Tensor Roots(Tensor decay)
    {
        var roots = new Tensor[options.NumGradientScales];
        roots[0] = decay;
        for (var k = 1; k < roots.Length; k++)
        {
            roots[k] = roots[k - 1].sqrt();
        }

        return cat(roots);
    }
}
