using System.Runtime.CompilerServices;
using static TorchSharp.torch;

[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace L2O.Tests.Support;

internal static class SingleThread
{
    // libtorch's worker threads spin between operations, which on a small or shared machine makes tests slower and
    // their times erratic.
    [ModuleInitializer]
    internal static void Set() => set_num_threads(1);
}
