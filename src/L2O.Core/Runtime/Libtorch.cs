using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using L2O.Errors;
using TorchSharp;

namespace L2O.Runtime;

/// <summary>
/// The libtorch that TorchSharp uses: the one that comes with the program, as a package, or another on this machine, for instance of
/// a Python install of PyTorch.
/// </summary>
/// <remarks>
/// TorchSharp's own library asks for libtorch's by name, and the system gives it those that are loaded already. A program that
/// comes with a libtorch cannot use another: TorchSharp loads that of the program by its path, as a second one.
/// </remarks>
public static unsafe class Libtorch
{
    private const string Wanted = "torch_cpu";
    private const string OfTorchSharp = "LibTorchSharp";

    // Each before those that need it, so that none is looked for elsewhere; those of a GPU where they are.
    private static readonly string[] InOrder = ["c10", "torch_cpu", "c10_cuda", "torch_cuda", "torch"];

    /// <summary>The version in use, which is loaded for that: in TorchSharp's words where it is the one that it was made for.</summary>
    public static string Version =>
        Array.ConvertAll([OfTorchSharp, Wanted], VersionOf).FirstOrDefault(version => version is not null) is not { } version ? "unknown"
        : LibtorchVersion.IsExpected(version) ? torch.__version__
        : version;

    /// <summary>Loads the libtorch of a folder, for TorchSharp to use. To be called once, before the first use of TorchSharp.</summary>
    /// <param name="directory">torch/lib of a Python install, its torch, or any libtorch.</param>
    /// <returns>What was loaded; see its <see cref="LibtorchFolder.Warning"/>.</returns>
    /// <exception cref="ConfigException">There is none, it cannot be loaded or used, or the program comes with one.</exception>
    /// <exception cref="InvalidOperationException">One is loaded already.</exception>
    public static LibtorchFolder LoadFrom(string directory)
    {
        var folder = LibtorchFolder.Find(directory);
        RequireNoOther();
        if (OperatingSystem.IsWindows())
        {
            // Where the system looks for what these need, also for what they load later, by name.
            Environment.SetEnvironmentVariable("PATH", $"{folder.Path};{Environment.GetEnvironmentVariable("PATH")}");
        }

        foreach (var library in InOrder.Where(library => File.Exists(folder.PathOf(library))))
        {
            var handle = Load(folder, library);
            folder = folder with { Version = folder.Version ?? LibtorchVersion.Of(handle) };
        }

        return Obstacle() is { } obstacle ? throw Unusable(folder, obstacle) : folder;
    }

    /// <summary>
    /// Makes sure that there is a libtorch that TorchSharp can use by itself: the program's, or one of the system. Without, it
    /// would fail at length.
    /// </summary>
    /// <exception cref="ConfigException">There is none.</exception>
    public static void Require()
    {
        if (OfProgram(Wanted) is null && Obstacle() is { } obstacle)
        {
            throw new ConfigException(
                $"this program comes without libtorch ({obstacle}); name one by --libtorch or L2O_LIBTORCH: the folder torch/lib of a "
                + $"Python install of PyTorch {LibtorchVersion.Expected}, or of any libtorch of that version");
        }
    }

    /// <summary>The reason in what the runtime says when it cannot load a library: its last line, or all of it.</summary>
    internal static string Reason(string message) =>
        message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault("").TrimEnd('.');

    private static string? VersionOf(string library) =>
        NativeLibrary.TryLoad(library, typeof(torch).Assembly, null, out var handle) ? LibtorchVersion.Of(handle) : null;

    private static void RequireNoOther()
    {
        if (OfProgram(Wanted) is { } own)
        {
            throw new ConfigException(
                $"{own}: this program comes with libtorch, and can use no other; build it with -p:TorchBackend=none, or leave out "
                + "--libtorch and L2O_LIBTORCH");
        }

        using var process = Process.GetCurrentProcess();
        var name = LibtorchFolder.FileName(Wanted);
        if (process.Modules.Cast<ProcessModule>().FirstOrDefault(module => module.ModuleName == name) is { } loaded)
        {
            throw new InvalidOperationException($"{loaded.FileName} is loaded already; choose a libtorch once, before the first use of TorchSharp");
        }
    }

    // Where the runtime looks first.
    private static string? OfProgram(string library) =>
        (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "").Split(Path.PathSeparator)
            .Append(AppContext.BaseDirectory)
            .Select(folder => Path.Combine(folder, LibtorchFolder.FileName(library)))
            .FirstOrDefault(File.Exists);

    private static nint Load(LibtorchFolder folder, string library)
    {
        try
        {
            return NativeLibrary.Load(folder.PathOf(library));
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw Unusable(folder, Reason(e.Message), e);
        }
    }

    // Why TorchSharp's library cannot be loaded with the libtorch that there is; null if it can, and then it is.
    private static string? Obstacle()
    {
        if (OperatingSystem.IsLinux() && OfProgram(OfTorchSharp) is { } path)
        {
            return MissingFunction(path);
        }

        try
        {
            NativeLibrary.Load(OfTorchSharp, typeof(torch).Assembly, null);
            return null;
        }
        catch (DllNotFoundException e)
        {
            return Reason(e.Message);
        }
    }

    // The system looks functions up when they are first called, and ends the process where one is missing. Here it looks all of
    // them up at once.
    private static string? MissingFunction(string library)
    {
        const int now = 2;
        var system = NativeLibrary.GetMainProgramHandle();
        var open = (delegate* unmanaged<byte*, int, nint>)NativeLibrary.GetExport(system, "dlopen");
        var error = (delegate* unmanaged<nint>)NativeLibrary.GetExport(system, "dlerror");
        fixed (byte* path = Encoding.UTF8.GetBytes($"{library}\0"))
        {
            return open(path, now) == 0 ? Reason(Marshal.PtrToStringUTF8(error()) ?? "") : null;
        }
    }

    private static ConfigException Unusable(LibtorchFolder folder, string reason, Exception? cause = null) => new(
        $"{folder.Path}: this libtorch{(folder.Version is { } version ? $", version {version}," : "")} cannot be used ({reason}); "
        + $"TorchSharp was made for version {LibtorchVersion.Expected}",
        cause);
}
