using System.Reflection;
using L2O.Errors;
using L2O.Registration;
using TorchSharp;

namespace L2O.Plugins;

/// <summary>Why a plug-in cannot be used, in one sentence.</summary>
internal static class PluginFailure
{
    private static readonly AssemblyName[] _program = [typeof(IPlugin).Assembly.GetName(), typeof(torch).Assembly.GetName()];

    /// <summary>What loading it threw.</summary>
    /// <param name="path">Of the plug-in.</param>
    /// <param name="plugin">Null where it is none.</param>
    /// <param name="e">The exception.</param>
    internal static ConfigException Of(string path, Assembly? plugin, Exception e) => e switch
    {
        ReflectionTypeLoadException { LoaderExceptions: [{ } first, ..] } => Of(path, plugin, first),
        TypeInitializationException or TargetInvocationException when e.InnerException is { } inner => Of(path, plugin, inner),
        BadImageFormatException when plugin is null =>
            new($"{path}: is no .NET assembly; --plugin names the .dll of a class library", e),
        FileNotFoundException { FileName: { } needed } when needed.Contains(", Version=", StringComparison.Ordinal) =>
            new($"{path}: needs {new AssemblyName(needed).Name}, which is not in its folder; put it there, as dotnet publish does", e),
        DllNotFoundException => Failed(path, e),
        MissingMemberException or TypeLoadException or FileLoadException or BadImageFormatException => new(
            $"{path}: was made for {Words(plugin?.GetReferencedAssemblies().Where(IsOfProgram) ?? [])}, and this program has "
            + $"{Words(_program)} ({FirstLine(e)}); build it for these",
            e),
        ArgumentException { ParamName: { } name } =>
            new($"{path}: {FirstLine(e).Replace($" (Parameter '{name}')", "", StringComparison.Ordinal)}", e),
        _ => Failed(path, e),
    };

    private static ConfigException Failed(string path, Exception e) => new(
        $"{path}: failed when it was to add its kinds ({e.GetType().Name}: {FirstLine(e)}); add --verbose to see where", e);

    private static bool IsOfProgram(AssemblyName assembly) => _program.Any(ours => ours.Name == assembly.Name);

    private static string Words(IEnumerable<AssemblyName> assemblies) => string.Join(
        " and ", assemblies.OrderBy(assembly => assembly.Name).Select(assembly => $"{assembly.Name} {assembly.Version?.ToString(3)}"));

    private static string FirstLine(Exception e) => e.Message.Split('\n')[0].TrimEnd('.', '\r');
}
