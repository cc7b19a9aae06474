using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using L2O.Options;

namespace L2O.Configs;

/// <summary>The options record of each kind in a family; of a family of names, only the keys count.</summary>
public delegate IReadOnlyDictionary<string, Type> Kinds(Family family);

/// <summary>What a config value may be: the type of a property, with what its attributes say.</summary>
internal sealed record ConfigType(Type Clr, Family? Family = null, bool IsNullable = false, FilePathAttribute? File = null)
{
    private Type Bare => Nullable.GetUnderlyingType(Clr) ?? Clr;

    internal Type Scalar => Bare;

    internal bool IsNumber => Bare == typeof(int) || Bare == typeof(long) || Bare == typeof(double);

    internal bool IsScalar => IsNumber || Bare == typeof(bool) || Bare == typeof(string) || Bare.IsEnum;

    internal bool IsUnion => Clr.IsAbstract && Clr.IsAssignableTo(typeof(IOptions));

    /// <summary>Whether it is a number or a list of numbers.</summary>
    internal bool IsGrid => Bare == typeof(Grid);

    /// <summary>Whether it is kept as written, to be read elsewhere.</summary>
    internal bool IsPart => Bare == typeof(ConfigPart) || IsMap;

    /// <summary>The same of a map.</summary>
    internal bool IsMap => Bare == typeof(ConfigMap);

    /// <summary>Whether it is the path of a file.</summary>
    internal bool IsFile => File is not null;

    /// <summary>The type of the concrete values that one entry stands for; null where it stands for itself.</summary>
    internal ConfigType? Variant => Argument(typeof(Variants<>));

    /// <summary>The type of a list's items; null where it is no list.</summary>
    internal ConfigType? Item => Clr.IsArray
        ? new(Clr.GetElementType() ?? typeof(object), Family, File: File)
        : Argument(typeof(IReadOnlyList<>));

    private ConfigType? Argument(Type generic) => Clr.IsGenericType && Clr.GetGenericTypeDefinition() == generic
        ? new(Clr.GetGenericArguments()[0], Family, File: File)
        : null;

    /// <summary>The kinds, or the names, that there are.</summary>
    internal IReadOnlyDictionary<string, Type> Known(Kinds kinds) =>
        kinds(Family ?? throw new ArgumentException($"say which family {Clr} belongs to"));

    /// <summary>Of these the names, which stand for themselves.</summary>
    internal IReadOnlyDictionary<string, Type> Names(Kinds kinds) => Known(kinds).Where(row => IsName(row.Value)).ToDictionary();

    /// <summary>And the kinds, which a map picks.</summary>
    internal IReadOnlyDictionary<string, Type> KindsOf(Kinds kinds) => Known(kinds).Where(row => !IsName(row.Value)).ToDictionary();

    private static bool IsName(Type record) => record.IsAssignableTo(typeof(INamedOptions));

    /// <summary>The value that would do, in words that follow "choose".</summary>
    internal string Wanted(Kinds kinds) => this switch
    {
        { Variant: { } variant } => variant.Wanted(kinds),
        { Item: { IsFile: true } } => "a file or a list of files",
        { Item: { } item } => $"a list of {item.Plural(kinds)}",
        { IsGrid: true } => "a number or a list of numbers",
        { IsMap: true } => "a map",
        { IsPart: true } => "a name or a map",
        { IsUnion: true } => string.Join(
            ", ", [.. Names(kinds).Keys, $"{(Names(kinds).Count > 0 ? "or " : "")}a map whose kind is {string.Join(", ", KindsOf(kinds).Keys)}"]),
        { Family: not null } => string.Join(", ", Known(kinds).Keys),
        _ when Bare == typeof(int) || Bare == typeof(long) => "a whole number",
        _ when Bare == typeof(double) => "a number",
        _ when Bare == typeof(bool) => "true or false",
        _ when Bare == typeof(string) => "text",
        _ when Bare.IsEnum => string.Join(", ", EnumNames(Bare)),
        _ => "a map",
    };

    private string Plural(Kinds kinds) => this switch
    {
        _ when Bare == typeof(int) || Bare == typeof(long) => "whole numbers",
        _ when Bare == typeof(double) => "numbers",
        { IsScalar: false } => "maps",
        _ => Wanted(kinds),
    };

    internal static string[] EnumNames(Type type) => [.. Enum.GetNames(type).Select(SnakeCase)];

    internal static string SnakeCase(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
}

/// <summary>A property of an options record, as configs see it.</summary>
internal sealed record ConfigKey(string Name, PropertyInfo Property, ConfigType Type, bool IsRequired, bool IsInline)
{
    /// <summary>What a record can be given, in the order declared.</summary>
    internal static IReadOnlyList<ConfigKey> Of(Type record)
    {
        NullabilityInfoContext nullability = new();
        return
        [
            .. record.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite)
                .OrderBy(property => Depth(property.DeclaringType))
                .Select(property => new ConfigKey(
                    ConfigType.SnakeCase(property.Name),
                    property,
                    new(
                        property.PropertyType,
                        property.GetCustomAttribute<OneOfAttribute>()?.Family,
                        nullability.Create(property).WriteState == NullabilityState.Nullable,
                        property.GetCustomAttribute<FilePathAttribute>()),
                    property.IsDefined(typeof(RequiredMemberAttribute)),
                    property.IsDefined(typeof(InlineAttribute)))),
        ];
    }

    /// <summary>What a map holds for a record's inline property, which has no key of its own.</summary>
    internal static MapNode InlineOf(MapNode map, IReadOnlyList<ConfigKey> keys) =>
        map.Without([.. keys.Where(key => !key.IsInline).Select(key => key.Name)]);

    // What a record inherits comes first.
    private static int Depth(Type? type) => type is null ? 0 : 1 + Depth(type.BaseType);

    /// <summary>A record with its defaults, in a family where they differ; required properties are still unset.</summary>
    internal static object Defaults(Type record, Family? family = null) => Activator.CreateInstance(record) switch
    {
        IFamilyDefaults options when family is { } known => options.DefaultsIn(known),
        { } defaults => defaults,
        null => throw new ArgumentException($"{record} is not a record of options"),
    };
}
