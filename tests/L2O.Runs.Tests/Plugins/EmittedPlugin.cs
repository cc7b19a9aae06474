using L2O.Registration;
using Mono.Cecil;
using Mono.Cecil.Cil;
using MethodAttributes = Mono.Cecil.MethodAttributes;
using TypeAttributes = Mono.Cecil.TypeAttributes;

namespace L2O.Tests.Plugins;

/// <summary>Small assemblies, written without a compiler, so that they can ask for what is not there.</summary>
internal static class EmittedPlugin
{
    private const MethodAttributes Special = MethodAttributes.SpecialName | MethodAttributes.RTSpecialName;
    private const MethodAttributes Implementation = MethodAttributes.Public | MethodAttributes.Virtual | MethodAttributes.Final | MethodAttributes.NewSlot;

    /// <summary>A plug-in that adds no kind.</summary>
    /// <param name="path">Of the assembly.</param>
    /// <param name="emit">What it does when it is asked for kinds.</param>
    /// <param name="change">Made to what is written.</param>
    internal static void Write(
        string path, Action<ModuleDefinition, ILProcessor> emit, Action<TypeDefinition>? change = null) => WriteAssembly(path, module =>
    {
        TypeDefinition type = new("", "Kinds", TypeAttributes.Public, module.TypeSystem.Object);
        module.Types.Add(type);
        type.Interfaces.Add(new(module.ImportReference(typeof(IPlugin))));
        var constructor = Method(type, ".ctor", MethodAttributes.Public | Special, module.TypeSystem.Void);
        constructor.Emit(OpCodes.Ldarg_0);
        constructor.Emit(OpCodes.Call, module.ImportReference(typeof(object).GetConstructor([])));
        constructor.Emit(OpCodes.Ret);
        var register = Method(type, nameof(IPlugin.Register), Implementation, module.ImportReference(typeof(IEnumerable<IDisposable>)));
        emit(module, register);
        register.Emit(OpCodes.Ldc_I4_0);
        register.Emit(OpCodes.Newarr, module.ImportReference(typeof(IDisposable)));
        register.Emit(OpCodes.Ret);
        change?.Invoke(type);
    });

    /// <summary>Adds a static method that nothing calls, or the one that runs before all others (.cctor).</summary>
    internal static void AddStatic(TypeDefinition type, string name, Action<ModuleDefinition, ILProcessor> emit)
    {
        var method = Method(type, name, MethodAttributes.Private | MethodAttributes.Static | (name[0] == '.' ? Special : 0), type.Module.TypeSystem.Void);
        emit(type.Module, method);
        method.Emit(OpCodes.Ret);
    }

    /// <summary>A library with a static method Helper.Help, which does nothing.</summary>
    internal static void WriteHelper(string path) => WriteAssembly(path, module =>
    {
        TypeDefinition type = new("", "Helper", TypeAttributes.Public, module.TypeSystem.Object);
        Method(type, "Help", MethodAttributes.Public | MethodAttributes.Static, module.TypeSystem.Void).Emit(OpCodes.Ret);
        module.Types.Add(type);
    });

    /// <summary>The library, as an assembly refers to it.</summary>
    internal static AssemblyNameReference Library(ModuleDefinition module) => module.AssemblyReferences.Single(reference => reference.Name == "L2O.Core");

    private static void WriteAssembly(string path, Action<ModuleDefinition> add)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        using var assembly = AssemblyDefinition.CreateAssembly(new(name, new(1, 2, 3, 0)), name, ModuleKind.Dll);
        add(assembly.MainModule);
        assembly.Write(path);
    }

    private static ILProcessor Method(TypeDefinition type, string name, MethodAttributes attributes, TypeReference returned)
    {
        MethodDefinition method = new(name, attributes | MethodAttributes.HideBySig, returned);
        type.Methods.Add(method);
        return method.Body.GetILProcessor();
    }
}
