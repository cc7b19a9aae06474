using static TorchSharp.torch;

namespace L2O.Tests.Support;

/// <summary>How many tensors there are.</summary>
internal static class LiveTensors
{
    /// <summary>Without those that earlier tests dropped, which would else be freed while a test counts.</summary>
    internal static long Count()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Tensor.TotalCount;
    }
}
