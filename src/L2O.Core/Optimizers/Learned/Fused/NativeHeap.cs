using System.Runtime.InteropServices;

namespace L2O.Optimizers.Learned.Fused;

/// <summary>The heap that tensors on the CPU live in.</summary>
internal static partial class NativeHeap
{
    private const int TrimThreshold = -1;
    private const int MmapThreshold = -3;

    // The most that glibc allows.
    private const int LargestMmapThreshold = 32 << 20;

    /// <summary>
    /// Keeps freed memory for the tensors of the next step. By default glibc gives large pieces back to the system, and
    /// getting them again costs a page fault for every 4 KiB: more than computing what goes there.
    /// </summary>
    /// <remarks>See mallopt(3); other C libraries are left as they are.</remarks>
    internal static void KeepFreedMemory()
    {
        if (NativeLibrary.TryLoad("libc.so.6", out var library)
            && NativeLibrary.TryGetExport(library, "mallopt", out _))
        {
            _ = SetOption(TrimThreshold, int.MaxValue);
            _ = SetOption(MmapThreshold, LargestMmapThreshold);
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);
}
