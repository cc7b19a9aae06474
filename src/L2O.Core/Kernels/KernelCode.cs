using System.Runtime.CompilerServices;

namespace L2O.Kernels;

/// <summary>How the loops over a tile are compiled.</summary>
internal static class KernelCode
{
    /// <summary>
    /// At once, and never as a part of what calls them: after some thousand calls the runtime compiles the callers
    /// again by what it saw, and loops that it then puts into one of them run out of registers and take twice as long.
    /// </summary>
    internal const MethodImplOptions Options = MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining;

    /// <summary>
    /// Cotangents and running means below this count as 0. Through saturated gates, and of dead units, they shrink without end, and products of
    /// float32 numbers below 1e-38 take ten times as long on x86.
    /// </summary>
    internal const double Negligible = 1e-30;
}
