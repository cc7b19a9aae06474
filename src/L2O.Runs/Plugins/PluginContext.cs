using System.Reflection;
using System.Runtime.Loader;
using L2O.Registration;
using TorchSharp;

namespace L2O.Plugins;

/// <summary>Where a plug-in's code is loaded: the library and TorchSharp are the program's, all else comes from its own folder first.</summary>
/// <param name="path">Of the plug-in, absolute.</param>
internal sealed class PluginContext(string path) : AssemblyLoadContext(Path.GetFileNameWithoutExtension(path))
{
    private static readonly Assembly[] _shared = [typeof(IPlugin).Assembly, typeof(torch).Assembly];

    private readonly AssemblyDependencyResolver _resolver = new(path);

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName) =>
        _shared.FirstOrDefault(shared => shared.GetName().Name == assemblyName.Name)
        ?? (_resolver.ResolveAssemblyToPath(assemblyName) is { } file ? LoadFromAssemblyPath(file) : null);

    /// <inheritdoc/>
    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } file ? LoadUnmanagedDllFromPath(file) : 0;
}
