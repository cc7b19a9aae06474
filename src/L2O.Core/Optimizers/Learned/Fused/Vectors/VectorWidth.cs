namespace L2O.Optimizers.Learned.Fused.Vectors;

/// <summary>The registers that kernels work with.</summary>
internal enum VectorWidth
{
    Scalar,
    Bits128,
    Bits256,
    Bits512,
}
