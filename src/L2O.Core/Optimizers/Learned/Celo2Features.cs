using L2O.Optimizers.Learned.Coordinatewise;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Optimizers.Learned;

/// <summary>What Celo2 remembers; coordinates are columns.</summary>
/// <param name="Momenta">Means of gradients, one row for each decay: [K, N].</param>
/// <param name="MeanSquare">Of gradients: [1, N].</param>
/// <param name="Factored">Means of squared gradients over rows and columns: [K, values].</param>
internal sealed record Celo2State(Tensor Momenta, Tensor MeanSquare, Tensor Factored) : RuleState
{
    /// <summary>The layout's tensors.</summary>
    internal required Celo2Features Features { get; init; }

    /// <inheritdoc/>
    public override Celo2State Map(Func<Tensor, Tensor> replace) => this with
    {
        Momenta = replace(Momenta),
        MeanSquare = replace(MeanSquare),
        Factored = replace(Factored),
    };
}

/// <summary>What Celo2's network sees of each coordinate, and the means that it comes from.</summary>
/// <remarks>
/// With momenta m, mean square v, r = 1/sqrt(v + 1e-8), and R and C the means of squares over rows and columns, in this order: g, g cut at
/// +-0.1, theta, m [K], v, m r [K], r, g times its factors of R and C [K], g r; and of matrices alone R, C, 1/sqrt(R + 1e-8),
/// 1/sqrt(C + 1e-8) and m times the factors, [K] each. All are divided by their root mean square over the tensor, with 1e-9 below the root.
/// </remarks>
/// <param name="layout">The tensors.</param>
/// <param name="options">The decays.</param>
internal sealed class Celo2Features(ParameterLayout layout, Celo2Options options)
{
    private readonly TensorSegments _segments = new(layout);
    private readonly FactoredMeans _factored = new(layout, options.FactoredDecays);

    /// <summary>The tensors.</summary>
    internal ParameterLayout Layout => layout;

    /// <summary>Means before the first gradient.</summary>
    internal Celo2State Start(Tensor theta)
    {
        Tensor Zeros(int rows, long columns) => zeros(rows, columns, dtype: theta.dtype, device: theta.device);
        var decays = options.MomentumDecays.Length;
        return new(Zeros(decays, theta.shape[0]), Zeros(1, theta.shape[0]), Zeros(decays, _factored.Count)) { Features = this };
    }

    /// <summary>The features [features, N] at one more gradient, and the means with it.</summary>
    /// <param name="given">The gradient [N].</param>
    /// <param name="theta">[N].</param>
    /// <param name="old">The means so far.</param>
    internal (Tensor Features, Celo2State State) Next(Tensor given, Tensor theta, Celo2State old)
    {
        using var scope = NewDisposeScope();
        var gradient = given.unsqueeze(0).clamp(-Celo2Network.LargestGradient, Celo2Network.LargestGradient);
        var next = old with
        {
            Momenta = lerp(gradient, old.Momenta, Decays(options.MomentumDecays, theta)),
            MeanSquare = lerp(gradient.square(), old.MeanSquare, options.RmsDecay),
            Factored = _factored.Next(gradient, old.Factored),
            StepCount = old.StepCount + 1,
        };
        var inverseRoot = (next.MeanSquare + Celo2Network.RootEpsilon).rsqrt();
        var (factoredGradient, ofMatrices) = _factored.Features(gradient, next.Momenta, next.Factored);
        var features = cat(
        [
            gradient, gradient.clamp(-Celo2Network.CutGradient, Celo2Network.CutGradient), theta.unsqueeze(0), next.Momenta, next.MeanSquare,
            next.Momenta * inverseRoot, inverseRoot, factoredGradient, gradient * inverseRoot, ofMatrices,
        ]);
        return (Normalized(features).MoveToOuterDisposeScope(), next.Map(tensor => tensor.MoveToOuterDisposeScope()));
    }

    /// <summary>Values divided by their root mean square over each tensor.</summary>
    /// <param name="values">[rows, N].</param>
    internal Tensor Normalized(Tensor values)
    {
        using var scope = NewDisposeScope();
        return (values * _segments.Spread((_segments.Means(values.square()) + Celo2Network.NormEpsilon).rsqrt())).MoveToOuterDisposeScope();
    }

    private static Tensor Decays(double[] decays, Tensor like) =>
        tensor(decays, [decays.Length, 1], dtype: like.dtype, device: like.device);
}
