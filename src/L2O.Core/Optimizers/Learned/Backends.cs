using L2O.Errors;
using L2O.Kernels;
using L2O.Options;
using TorchSharp;
using static TorchSharp.torch;

namespace L2O.Optimizers.Learned;

/// <summary>Which backend serves a phi.</summary>
internal static class Backends
{
    /// <summary>What a backend that was asked for cannot do.</summary>
    internal static IEnumerable<OptionProblem> ProblemsUnder(this Backend backend, MetaTrainingDemands demands) =>
        backend == Backend.Fused && demands.SecondDerivatives
            ? [new("backend", "is fused with meta.second_derivatives, which it cannot; choose auto or torch")]
            : [];

    /// <summary>Whether fused kernels do.</summary>
    /// <param name="backend">As configured.</param>
    /// <param name="phi">[P].</param>
    /// <exception cref="ConfigException">They were asked for and cannot.</exception>
    internal static bool IsFusedFor(this Backend backend, Tensor phi)
    {
        var isPossible = phi.device_type == DeviceType.CPU && !phi.requires_grad;
        if (backend == Backend.Fused && !isPossible)
        {
            throw new ConfigException(
                "optimizer.backend is fused, which runs on the CPU and without second derivatives; choose auto or torch");
        }

        return backend != Backend.Torch && isPossible && (backend == Backend.Fused || phi.dtype == ScalarType.Float32);
    }
}
