using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.MetaTraining;

/// <summary>What is done to a meta-gradient before it moves phi.</summary>
internal static class MetaGradient
{
    /// <summary>Entries cut to `clip_value`, then the whole scaled down to `clip_norm`; in the caller's scope.</summary>
    internal static Tensor Clip(Tensor metaGradient, MetaOptions options)
    {
        var cut = options.ClipValue > 0
            ? metaGradient.clamp(-options.ClipValue, options.ClipValue)
            : metaGradient;
        return options.ClipNorm > 0 && ScalarTensor.Value(cut.norm()) is var norm && norm > options.ClipNorm
            ? cut * (options.ClipNorm / norm)
            : cut;
    }
}
