using L2O.Optimizers;
using static TorchSharp.torch;

namespace L2O.Tests.Support;

/// <summary>The same gradient wherever a rule asks.</summary>
internal sealed class FixedGradient(Tensor gradient) : IGradientSource
{
    public Tensor At(Tensor theta) => gradient.alias();

    public Tensor AtFresh(Tensor theta, long draw) => gradient.alias();
}
