using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.MetaTraining;

/// <summary>The mean of several losses.</summary>
internal sealed class MeanLoss(ILoss[] losses) : ILoss
{
    /// <summary>The mean loss over minibatches that no gradient of the step comes from.</summary>
    /// <param name="minibatch">Gives that of a step and a draw.</param>
    /// <param name="step">At which they are drawn.</param>
    /// <param name="count">How many.</param>
    /// <param name="drawn">How many of the step's were drawn before.</param>
    internal static MeanLoss Apart(Func<long, long, ILoss> minibatch, long step, int count, long drawn = 0) =>
        new([.. Enumerable.Range(1, count).Select(i => minibatch(step, -(drawn + i)))]);

    /// <inheritdoc/>
    public Tensor At(Tensor theta)
    {
        using var scope = NewDisposeScope();
        return (losses.Select(loss => loss.At(theta)).Aggregate((sum, value) => sum + value) / losses.Length)
            .MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public (Tensor Value, Tensor Gradient) WithGradient(Tensor theta)
    {
        using var scope = NewDisposeScope();
        var value = zeros([], dtype: theta.dtype, device: theta.device);
        var gradient = zeros_like(theta);
        foreach (var loss in losses)
        {
            var (part, slope) = loss.WithGradient(theta);
            value.add_(part);
            gradient.add_(slope);
        }

        return (
            value.div_(losses.Length).MoveToOuterDisposeScope(),
            gradient.div_(losses.Length).MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    public ICurvature? CurvatureAt(Tensor theta)
    {
        ICurvature[] curvatures = [.. losses.Select(loss => loss.CurvatureAt(theta)).OfType<ICurvature>()];
        return curvatures.Length == losses.Length ? new MeanCurvature(curvatures) : null;
    }

    private sealed class MeanCurvature(ICurvature[] curvatures) : ICurvature
    {
        public Tensor TimesVector(Tensor v) => Mean([.. curvatures.Select(curvature => curvature.TimesVector(v))]);

        public (Tensor Product, Tensor FormGradient) TimesVectorWithGradient(Tensor v)
        {
            var parts = curvatures.Select(curvature => curvature.TimesVectorWithGradient(v)).ToArray();
            return (Mean([.. parts.Select(part => part.Product)]), Mean([.. parts.Select(part => part.FormGradient)]));
        }

        private static Tensor Mean(Tensor[] parts)
        {
            using var scope = NewDisposeScope();
            return stack(parts).mean([0]).MoveToOuterDisposeScope();
        }
    }
}
