using static TorchSharp.torch;

namespace L2O.Optimizees.Networks;

/// <summary>
/// Activations minus their mean, divided by their standard deviation, channel by channel (Ioffe and Szegedy, 2015).
/// </summary>
/// <remarks>
/// In primitive operations where derivatives of any order may be asked for: libtorch's own kernel, faster, has wrong third
/// ones, and the gradient of a Hessian regularizer is one.
/// </remarks>
internal static class BatchNormalization
{
    private const double Epsilon = 1e-3;

    /// <summary>Normalizes by the statistics of the batch itself.</summary>
    /// <param name="x">[batch, channels] or [batch, channels, height, width].</param>
    internal static Tensor ByBatch(Tensor x)
    {
        using var scope = NewDisposeScope();
        var (_, centred, factor) = Moments(x);
        return (centred * factor).MoveToOuterDisposeScope();
    }

    /// <summary>The same by libtorch's kernel: to be differentiated once only.</summary>
    /// <param name="x">[batch, channels] or [batch, channels, height, width].</param>
    internal static Tensor ByKernel(Tensor x) =>
        nn.functional.batch_norm(x, running_mean: null, running_var: null, training: true, eps: Epsilon);

    /// <summary>
    /// Records the statistics of each layer on reference examples, and returns a factory of normalizing functions: one
    /// for each later evaluation, to be called in the order of the layers. The statistics belong to the caller's scope.
    /// </summary>
    /// <param name="evaluate">Evaluates the network on the reference examples with the given normalization.</param>
    internal static Func<Func<Tensor, Tensor>> ByReference(Action<Func<Tensor, Tensor>> evaluate)
    {
        using var scope = NewDisposeScope();
        List<(Tensor Mean, Tensor Factor)> met = [];
        evaluate(x =>
        {
            using var inner = NewDisposeScope();
            var (mean, centred, factor) = Moments(x);
            met.Add((mean.MoveToOtherDisposeScope(scope), factor.MoveToOtherDisposeScope(scope)));
            return (centred * factor).MoveToOuterDisposeScope();
        });

        foreach (var (mean, factor) in met)
        {
            mean.MoveToOuterDisposeScope();
            factor.MoveToOuterDisposeScope();
        }

        return () => Replay(met);
    }

    private static Func<Tensor, Tensor> Replay(List<(Tensor Mean, Tensor Factor)> statistics)
    {
        var next = 0;
        return x =>
        {
            using var scope = NewDisposeScope();
            var (mean, factor) = statistics[next++];
            return ((x - mean) * factor).MoveToOuterDisposeScope();
        };
    }

    private static (Tensor Mean, Tensor Centred, Tensor Factor) Moments(Tensor x)
    {
        long[] positions = x.dim() == 2 ? [0] : [0, 2, 3];
        var mean = x.mean(positions, keepdim: true);
        var centred = x - mean;
        return (mean, centred, rsqrt(centred.square().mean(positions, keepdim: true) + Epsilon));
    }
}
