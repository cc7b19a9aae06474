using System.Reflection;
using System.Runtime.CompilerServices;
using L2O.Errors;
using L2O.Registration;
using L2O.Runs;
using L2O.Storage;

namespace L2O.Plugins;

/// <summary>Files of plug-ins: code, which is loaded where it is named and never looked for.</summary>
public static class PluginFile
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>Adds what a plug-in brings.</summary>
    /// <param name="path">Of its assembly.</param>
    /// <returns>Its kinds, each until it is disposed of.</returns>
    /// <exception cref="ConfigException">It is missing, or cannot be used; the message says why.</exception>
    public static IReadOnlyList<IDisposable> Load(string path)
    {
        if (!File.Exists(path))
        {
            throw new ConfigException($"{path}: no such file; --plugin names the .dll of a class library");
        }

        Assembly? assembly = null;
        try
        {
            assembly = new PluginContext(Path.GetFullPath(path)).LoadFromAssemblyPath(Path.GetFullPath(path));
            Compile(assembly);
            Type[] classes = [.. assembly.GetExportedTypes().Where(IsPlugin)];
            return classes.Length > 0
                ? [.. classes.Select(Activator.CreateInstance).Cast<IPlugin>().SelectMany(plugin => plugin.Register())]
                : throw new ConfigException(
                    $"{path}: holds no plug-in; give it a public class that implements {typeof(IPlugin)} and is made without arguments");
        }
        catch (Exception e) when (e is not ConfigException)
        {
            throw PluginFailure.Of(path, assembly, e);
        }
    }

    /// <summary>What a run notes of plug-ins, by name.</summary>
    /// <param name="paths">Of their assemblies, which have been loaded.</param>
    /// <exception cref="ConfigException">Two have one name.</exception>
    public static IReadOnlyDictionary<string, RunPlugin> Describe(IEnumerable<string> paths)
    {
        Dictionary<string, RunPlugin> plugins = [];
        foreach (var path in paths)
        {
            var assembly = AssemblyName.GetAssemblyName(path);
            using var file = File.OpenRead(path);
            if (!plugins.TryAdd($"{assembly.Name}", new($"{assembly.Version?.ToString(3)}", Sha256.Of(file))))
            {
                throw new ConfigException($"{path}: is called {assembly.Name}, as another plug-in is; build one of them under another name");
            }
        }

        return plugins;
    }

    private static bool IsPlugin(Type type) =>
        type is { IsAbstract: false, ContainsGenericParameters: false }
        && type.IsAssignableTo(typeof(IPlugin)) && type.GetConstructor(Type.EmptyTypes) is not null;

    // All of it, so that a member that the program lacks shows now and not in the middle of a run.
    private static void Compile(Assembly assembly)
    {
        foreach (var method in assembly.GetTypes().Where(type => !type.ContainsGenericParameters)
            .SelectMany(type => (MethodBase[])[.. type.GetConstructors(Declared), .. type.GetMethods(Declared)])
            .Where(method => !method.ContainsGenericParameters && method.GetMethodBody() is not null))
        {
            RuntimeHelpers.PrepareMethod(method.MethodHandle);
        }
    }
}
