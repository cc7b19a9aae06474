using System.Numerics;
using System.Runtime.Intrinsics;
using L2O.Kernels.Vectors;

namespace L2O.Tests.Kernels.Vectors;

/// <summary>A check that is written once for all vectors.</summary>
internal interface IVectorCheck
{
    void Run<TOps, TVector, TElement>()
        where TOps : IVectorOps<TVector, TElement>
        where TVector : unmanaged
        where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>;
}

/// <summary>Every width and both element types; those that the machine lacks are emulated.</summary>
internal static class EveryVector
{
    internal static void Run(IVectorCheck check)
    {
        Run<float>(check);
        Run<double>(check);
    }

    private static void Run<T>(IVectorCheck check)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        check.Run<Ops512<T>, Vector512<T>, T>();
        check.Run<Ops256<T>, Vector256<T>, T>();
        check.Run<Ops128<T>, Vector128<T>, T>();
        check.Run<OpsScalar<T>, T, T>();
    }
}
