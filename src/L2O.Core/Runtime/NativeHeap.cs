using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace L2O.Runtime;

/// <summary>The heap that tensors on the CPU live in.</summary>
public static unsafe partial class NativeHeap
{
    private const nint HugePage = 2 << 20;
    private const int UseHugePages = 14;
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

    /// <summary>
    /// Asks for pages of 2 MiB under a tensor of the CPU that is to hold much and be read here and there: a tenth of the time to
    /// fill it, and fewer misses when rows are gathered. Small tensors, and systems without such pages, are left as they are.
    /// </summary>
    /// <remarks>See madvise(2).</remarks>
    internal static void AdviseHugePages(Tensor tensor)
    {
        if (!OperatingSystem.IsLinux() || tensor.device_type != TorchSharp.DeviceType.CPU || !tensor.is_contiguous())
        {
            return;
        }

        var bytes = tensor.bytes;
        var start = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(bytes));
        var first = (start + HugePage - 1) / HugePage * HugePage;
        var length = (start + bytes.Length - first) / HugePage * HugePage;
        if (length > 0)
        {
            // Advice that is not taken changes nothing.
            _ = Advise(first, (nuint)length, UseHugePages);
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nuint length, int advice);

    [LibraryImport("libc.so.6", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);
}
