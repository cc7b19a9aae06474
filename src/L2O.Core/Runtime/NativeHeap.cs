using System.Runtime.InteropServices;

namespace L2O.Runtime;

/// <summary>The heap that tensors on the CPU live in.</summary>
public static partial class NativeHeap
{
    private const int TrimThreshold = -1;
    private const int MmapThreshold = -3;
    private const int ArenaCount = -8;

    // The most that glibc allows.
    private const int LargestMmapThreshold = 32 << 20;

    /// <summary>
    /// Keeps freed memory for the tensors of the next step. By default glibc gives large pieces back to the system, and
    /// getting them again costs a page fault for every 4 KiB: more than computing what goes there. The heaps that it makes
    /// for threads of their own are given back whatever the threshold, so threads that have none yet share the first.
    /// </summary>
    /// <remarks>See mallopt(3); other C libraries are left as they are.</remarks>
    public static void KeepFreedMemory()
    {
        if (NativeLibrary.TryLoad("libc.so.6", out var library)
            && NativeLibrary.TryGetExport(library, "mallopt", out _))
        {
            _ = SetOption(TrimThreshold, int.MaxValue);
            _ = SetOption(MmapThreshold, LargestMmapThreshold);
            _ = SetOption(ArenaCount, 1);
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);
}
