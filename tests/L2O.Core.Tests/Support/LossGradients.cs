using L2O.Optimizers;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Tests.Support;

/// <summary>The exact gradient of one loss.</summary>
internal sealed class LossGradients(ILoss loss) : IGradientSource
{
    public Tensor At(Tensor theta) => loss.WithGradient(theta).Gradient;

    public Tensor AtFresh(Tensor theta, long draw) => At(theta);
}
