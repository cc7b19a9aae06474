using System.ComponentModel;
using System.Runtime.InteropServices;

namespace L2O.Storage;

/// <summary>Makes the names in a folder survive a power cut.</summary>
/// <remarks>
/// .NET cannot open a folder, so this calls the C library. Windows has no such call and journals names itself.
/// </remarks>
internal static partial class DurableFolder
{
    // Some network and virtual file systems cannot flush a folder and return "invalid argument".
    private const int InvalidArgument = 22;

    /// <summary>Waits until the files created, renamed or removed in a folder are recorded on disk.</summary>
    /// <exception cref="IOException">The device failed.</exception>
    internal static void Flush(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var folder = Open(path, flags: 0);
        if (folder < 0)
        {
            throw Failure(path, Marshal.GetLastPInvokeError());
        }

        var error = Synchronize(folder) == 0 ? 0 : Marshal.GetLastPInvokeError();
        _ = Close(folder);
        if (error is not (0 or InvalidArgument))
        {
            throw Failure(path, error);
        }
    }

    private static IOException Failure(string path, int error) =>
        new($"{new Win32Exception(error).Message} : '{path}'", error);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Synchronize(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
