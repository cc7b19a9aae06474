using L2O.Tensors;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace L2O.Tests.Support;

/// <summary>
/// Convolution, batch normalisation written from primitives, max pooling and an affine layer on one fixed minibatch of
/// 6x6 images; 45 parameters.
/// </summary>
internal sealed class SmallConvNet : ILoss
{
    private static readonly ParameterLayout Layout =
        new([new("convolution", 2, 1, 3, 3), new("scale", 2), new("shift", 2), new("linear", 3, 8), new("bias", 3)]);

    private readonly Tensor _inputs = arange(5 * 36, dtype: float64).mul(0.61).sin().view(5, 1, 6, 6);
    private readonly Tensor _labels = tensor(new long[] { 0, 1, 2, 1, 0 });

    internal static Tensor Theta() => arange(Layout.Count, dtype: float64).mul(1.3).sin().mul(0.6);

    public Tensor At(Tensor theta)
    {
        using var scope = NewDisposeScope();
        var parts = Layout.Split(theta);
        var convolved = F.conv2d(_inputs, parts[0]);
        var centred = convolved - convolved.mean([0L, 2, 3], keepdim: true);
        var normalised = centred * rsqrt(centred.square().mean([0L, 2, 3], keepdim: true) + 1e-5);
        var active = F.tanh((normalised * parts[1].view(1, 2, 1, 1)) + parts[2].view(1, 2, 1, 1));
        var logits = F.linear(F.max_pool2d(active, 2).flatten(1), parts[3], parts[4]);
        return F.cross_entropy(logits, _labels).MoveToOuterDisposeScope();
    }
}
