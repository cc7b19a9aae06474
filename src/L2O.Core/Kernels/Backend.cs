namespace L2O.Kernels;

/// <summary>What computes.</summary>
public enum Backend
{
    /// <summary>Fused kernels for float32 on the CPU, libtorch for the rest.</summary>
    Auto,

    /// <summary>libtorch's operations: any device, and derivatives of any order.</summary>
    Torch,

    /// <summary>Fused kernels: the CPU only, without second derivatives.</summary>
    Fused,
}
