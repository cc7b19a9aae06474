using System.Runtime.InteropServices;

namespace L2O.Runtime;

/// <summary>Versions of libtorch.</summary>
internal static class LibtorchVersion
{
    /// <summary>The one that TorchSharp was made for. To ask TorchSharp itself would load libtorch.</summary>
    internal const string Expected = "2.10.0";

    /// <summary>Whether a version is that, whatever system and device it was built for.</summary>
    internal static bool IsExpected(string version) => ThreeNumbers(version) == Expected;

    /// <summary>What a library that holds libtorch, or that depends on it, says; null if it is too old to say.</summary>
    internal static unsafe string? Of(nint library) =>
        NativeLibrary.TryGetExport(library, "aoti_torch_abi_version", out var function)
            ? Decoded(((delegate* unmanaged<ulong>)function)())
            : null;

    /// <summary>Eight bytes, of which the first are major, minor and patch.</summary>
    internal static string Decoded(ulong version) =>
        FormattableString.Invariant($"{version >> 56}.{(byte)(version >> 48)}.{(byte)(version >> 40)}");

    // 2.10.0+cu128 is what PyTorch calls one, 2.10.0.0 what TorchSharp does.
    private static string ThreeNumbers(string version) => string.Join('.', version.Split('+')[0].Split('.').Take(3));
}
