using System.Numerics;
using System.Runtime.CompilerServices;
using L2O.Kernels;
using L2O.Optimizers.Learned.Coordinatewise;
using L2O.Optimizers.Learned.Fused.Memory;
using L2O.Kernels.Vectors;

namespace L2O.Optimizers.Learned.Fused.Stages;

/// <summary>What the network sees of a tile's gradients.</summary>
/// <remarks>
/// A gradient that is not finite gives features that are NaN, and so an update that is: an infinite one would otherwise
/// saturate the gates, and a diverged run look alive.
/// </remarks>
internal static unsafe class FeatureStage<TOps, TVector, TElement>
    where TOps : IVectorOps<TVector, TElement>
    where TVector : unmanaged
    where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
{
    /// <summary>The features of one row of gradients.</summary>
    /// <param name="gradient">One row.</param>
    /// <param name="features">Receives a row for each feature.</param>
    /// <param name="moments">Before this step, if the network has any.</param>
    /// <param name="nextMoments">Receives those after it; may be the same.</param>
    /// <param name="network">Which features.</param>
    /// <param name="correction">Of the moments' start at zero.</param>
    internal static void Forward(
        TElement* gradient,
        TElement* features,
        TElement* moments,
        TElement* nextMoments,
        CoordinatewiseNetwork network,
        MomentCorrection correction)
    {
        switch (network.Features)
        {
            case InputFeatures.Gradient:
                Gradient(gradient, features);
                break;
            case InputFeatures.LogAndSign:
                LogAndSign(gradient, features, network.PreprocessK);
                break;
            default:
                Moments(gradient, features, moments, nextMoments, network, correction);
                break;
        }
    }

    [MethodImpl(KernelCode.Options)]
    private static void Gradient(TElement* gradient, TElement* features)
    {
        for (var lane = 0; lane < Tile.Lanes; lane += TOps.Count)
        {
            var g = TOps.Load(gradient + lane);
            TOps.Store(features + lane, TOps.Add(g, NaNUnlessFinite(g)));
        }
    }

    [MethodImpl(KernelCode.Options)]
    private static void LogAndSign(TElement* gradient, TElement* features, double k)
    {
        var one = TOps.Constant(1);
        for (var lane = 0; lane < Tile.Lanes; lane += TOps.Count)
        {
            var g = TOps.Load(gradient + lane);
            var check = NaNUnlessFinite(g);
            var logarithm = TOps.Log(TOps.Add(TOps.Abs(g), TOps.Constant(CoordinatewiseNetwork.LogEpsilon)));
            var sign = TOps.AtLeast(TOps.Constant(-1), TOps.AtMost(one, TOps.Multiply(g, TOps.Constant(Math.Exp(k)))));
            logarithm = TOps.AtLeast(TOps.Constant(-1), TOps.Divide(logarithm, TOps.Constant(k)));
            TOps.Store(features + lane, TOps.Add(logarithm, check));
            TOps.Store(features + Tile.Lanes + lane, TOps.Add(sign, check));
        }
    }

    [MethodImpl(KernelCode.Options)]
    private static void Moments(
        TElement* gradient,
        TElement* features,
        TElement* moments,
        TElement* nextMoments,
        CoordinatewiseNetwork network,
        MomentCorrection correction)
    {
        for (var lane = 0; lane < Tile.Lanes; lane += TOps.Count)
        {
            var g = TOps.Load(gradient + lane);
            var check = NaNUnlessFinite(g);
            var first = TOps.MultiplyAdd(
                TOps.Constant(network.Beta1),
                TOps.Load(moments + lane),
                TOps.Multiply(TOps.Constant(1 - network.Beta1), g));
            var second = TOps.MultiplyAdd(
                TOps.Constant(network.Beta2),
                TOps.Load(moments + Tile.Lanes + lane),
                TOps.Multiply(TOps.Constant(1 - network.Beta2), TOps.Multiply(g, g)));
            TOps.Store(nextMoments + lane, first);
            TOps.Store(nextMoments + Tile.Lanes + lane, second);

            var root = TOps.Sqrt(TOps.Divide(second, TOps.Constant(correction.Second)));
            var denominator = TOps.Add(root, TOps.Constant(CoordinatewiseNetwork.RootEpsilon));
            var mean = TOps.Divide(TOps.Divide(first, TOps.Constant(correction.First)), denominator);
            TOps.Store(features + lane, TOps.Add(mean, check));
            TOps.Store(features + Tile.Lanes + lane, TOps.Add(TOps.Divide(g, denominator), check));
        }
    }

    private static TVector NaNUnlessFinite(TVector g) => TOps.Subtract(g, g);
}
