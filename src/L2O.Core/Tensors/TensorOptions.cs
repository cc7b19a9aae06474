using static TorchSharp.torch;

namespace L2O.Tensors;

/// <summary>Where numbers live and how wide they are.</summary>
/// <param name="Device">CPU or one GPU.</param>
/// <param name="Type">float32 in runs, float64 in tests of formulas.</param>
public sealed record TensorOptions(Device Device, ScalarType Type)
{
    /// <summary>Draws are made on the CPU, so that devices see equal numbers, and moved here.</summary>
    public Tensor Convert(Tensor drawn) => drawn.to(Type, Device);
}
