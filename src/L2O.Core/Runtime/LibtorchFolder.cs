using System.Text.RegularExpressions;
using L2O.Errors;

namespace L2O.Runtime;

/// <summary>A folder with the shared libraries of libtorch, and what its files say about it.</summary>
/// <param name="Path">Holds the libraries.</param>
/// <param name="Version">As its makers write it, for instance 2.10.0+cu128; null where no file says it.</param>
public sealed partial record LibtorchFolder(string Path, string? Version)
{
    /// <summary>What whoever uses it should know; null where it is the version that TorchSharp was made for.</summary>
    public string? Warning => Version is null || !LibtorchVersion.IsExpected(Version)
        ? $"{Path}: this is libtorch {Version ?? "of an unknown version"}; TorchSharp was made for {LibtorchVersion.Expected}, and another may fail or give other numbers"
        : null;

    /// <summary>Finds the libraries in a folder: itself, its lib or its torch/lib.</summary>
    /// <param name="directory">A libtorch, a Python package torch, or what holds that.</param>
    /// <exception cref="ConfigException">They are in none of these.</exception>
    public static LibtorchFolder Find(string directory)
    {
        var found = Array.Find(
            [directory, System.IO.Path.Combine(directory, "lib"), System.IO.Path.Combine(directory, "torch", "lib")],
            folder => File.Exists(System.IO.Path.Combine(folder, FileName("torch_cpu"))))
            ?? throw new ConfigException(
                $"{directory}: {(Directory.Exists(directory) ? $"holds no {FileName("torch_cpu")}, nor does its lib or torch/lib" : "no such folder")}; "
                + "name the folder torch/lib of a Python install of PyTorch, or that of any libtorch");
        var path = System.IO.Path.GetFullPath(found);
        return new(path, WrittenVersion(path));
    }

    /// <summary>The path of a library, whether it is there or not.</summary>
    /// <param name="library">Without what its system puts before and behind, for instance torch_cpu.</param>
    internal string PathOf(string library) => System.IO.Path.Combine(Path, FileName(library));

    /// <summary>The name of a library's file on this system.</summary>
    internal static string FileName(string library) =>
        OperatingSystem.IsWindows() ? $"{library}.dll" : OperatingSystem.IsMacOS() ? $"lib{library}.dylib" : $"lib{library}.so";

    // A Python package has version.py, a libtorch build-version; both beside lib.
    private static string? WrittenVersion(string libraries)
    {
        var root = System.IO.Path.GetDirectoryName(libraries) ?? libraries;
        var python = System.IO.Path.Combine(root, "version.py");
        var plain = System.IO.Path.Combine(root, "build-version");
        return File.Exists(python) && PythonVersion().Match(File.ReadAllText(python)) is { Success: true } match ? match.Groups[1].Value
            : File.Exists(plain) ? File.ReadAllText(plain).Trim()
            : null;
    }

    [GeneratedRegex(@"^__version__\s*=\s*['""]([^'""]+)['""]", RegexOptions.Multiline)]
    private static partial Regex PythonVersion();
}
