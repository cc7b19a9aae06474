using System.Reflection;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace L2O.Tests;

/// <summary>Which folder (namespace) refers to which others, in compiled code.</summary>
internal sealed class FolderGraph(SortedDictionary<string, SortedSet<string>> uses)
{
    internal IReadOnlyCollection<string> this[string folder] => uses[folder];

    /// <summary>The folders of some assemblies, as their types' signatures and instructions refer to one another.</summary>
    internal static FolderGraph Of(params Assembly[] assemblies)
    {
        SortedDictionary<string, SortedSet<string>> uses = new(StringComparer.Ordinal);
        foreach (var assembly in assemblies)
        {
            using var definition = AssemblyDefinition.ReadAssembly(assembly.Location);
            foreach (var type in definition.MainModule.GetTypes().Where(type => IsOurs(Folder(type))))
            {
                var folder = Folder(type);
                var known = uses.TryGetValue(folder, out var found) ? found : uses[folder] = new(StringComparer.Ordinal);
                known.UnionWith(References(type).SelectMany(Parts).Select(Folder).Where(other => IsOurs(other) && other != folder));
            }
        }

        return new(uses);
    }

    /// <summary>A way from a folder back to itself; empty where there is none.</summary>
    internal IReadOnlyList<string> Circle()
    {
        HashSet<string> done = new(StringComparer.Ordinal);
        return uses.Keys.Select(folder => Circle(folder, [], done)).FirstOrDefault(circle => circle.Count > 0) ?? [];
    }

    /// <summary>The folders, each behind those that it uses.</summary>
    /// <exception cref="InvalidOperationException">There is a circle.</exception>
    internal IReadOnlyList<string> Order()
    {
        List<string> order = [];
        while (order.Count < uses.Count)
        {
            order.Add(uses.Keys.Except(order).FirstOrDefault(folder => !uses[folder].Except(order).Any())
                ?? throw new InvalidOperationException(string.Join(" -> ", Circle())));
        }

        return order;
    }

    private IReadOnlyList<string> Circle(string folder, List<string> path, HashSet<string> done)
    {
        if (path.IndexOf(folder) is >= 0 and var start)
        {
            return [.. path[start..], folder];
        }

        if (done.Contains(folder))
        {
            return [];
        }

        path.Add(folder);
        foreach (var next in uses[folder])
        {
            if (Circle(next, path, done) is { Count: > 0 } circle)
            {
                return circle;
            }
        }

        path.RemoveAt(path.Count - 1);
        done.Add(folder);
        return [];
    }

    private static bool IsOurs(string folder) => folder.StartsWith("L2O.", StringComparison.Ordinal);

    private static string Folder(TypeReference type) => type.DeclaringType is { } outer ? Folder(outer) : type.Namespace;

    private static IEnumerable<TypeReference?> References(TypeDefinition type) =>
    [
        type.BaseType,
        .. type.Interfaces.Select(entry => entry.InterfaceType),
        .. type.GenericParameters.SelectMany(Constraints),
        .. type.CustomAttributes.Select(attribute => attribute.AttributeType),
        .. type.Fields.Select(field => field.FieldType),
        .. type.Properties.SelectMany(property => property.CustomAttributes).Select(attribute => attribute.AttributeType),
        .. type.Methods.SelectMany(References),
    ];

    private static IEnumerable<TypeReference?> References(MethodDefinition method) =>
    [
        .. Signature(method),
        .. method.GenericParameters.SelectMany(Constraints),
        .. method.HasBody ? method.Body.Variables.Select(variable => variable.VariableType) : [],
        .. method.HasBody ? method.Body.Instructions.SelectMany(References) : [],
    ];

    private static IEnumerable<TypeReference?> References(Instruction instruction) => instruction.Operand switch
    {
        TypeReference type => [type],
        FieldReference field => [field.DeclaringType, field.FieldType],
        GenericInstanceMethod method => [method.DeclaringType, .. method.GenericArguments, .. Signature(method)],
        MethodReference method => [method.DeclaringType, .. Signature(method)],
        _ => [],
    };

    private static IEnumerable<TypeReference?> Signature(MethodReference method) =>
        [method.ReturnType, .. method.Parameters.Select(parameter => parameter.ParameterType)];

    private static IEnumerable<TypeReference?> Constraints(GenericParameter parameter) =>
        parameter.Constraints.Select(constraint => constraint.ConstraintType);

    // A generic or array type refers to what it is made of as well.
    private static IEnumerable<TypeReference> Parts(TypeReference? type) => type switch
    {
        null or GenericParameter => [],
        GenericInstanceType generic => generic.GenericArguments.SelectMany(Parts).Append(generic.ElementType),
        TypeSpecification made => Parts(made.ElementType),
        _ => [type],
    };
}
