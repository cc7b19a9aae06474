using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using L2O.Options;
using static L2O.Configs.Schemas.SchemaParts;

namespace L2O.Configs.Schemas;

/// <summary>
/// Configs as a JSON Schema of draft 7, which editors take for YAML too, made from the records that configs are read
/// into. It never refuses what the reader accepts; what depends on several keys at once it leaves to the reader.
/// </summary>
public sealed class ConfigSchema
{
    private const string Kind = "kind";
    private const string Choice = "choice";

    private static readonly JsonSerializerOptions _json = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly JsonObject _definitions = [];
    private readonly Kinds _kinds;
    private readonly Func<MemberInfo, string> _describe;
    private readonly OptionRanges _ranges;

    private ConfigSchema(Kinds kinds, Func<MemberInfo, string> describe) =>
        (_kinds, _describe, _ranges) = (kinds, describe, new(kinds));

    /// <summary>One schema for several sorts of config, told apart by the keys that one of them alone has.</summary>
    /// <param name="title">What an editor calls it.</param>
    /// <param name="configs">Each sort's record.</param>
    /// <param name="kinds">The tables that kinds and names come from.</param>
    /// <param name="describe">What a type, a property or an enumeration's value is for.</param>
    public static string Of(string title, IReadOnlyList<Type> configs, Kinds kinds, Func<MemberInfo, string> describe) =>
        new ConfigSchema(kinds, describe).Root(title, configs).ToJsonString(_json);

    private JsonObject Root(string title, IReadOnlyList<Type> configs)
    {
        var any = new JsonObject { ["anyOf"] = new JsonArray([.. configs.Select(Config)]) };
        var told = configs.Count == 1 ? Config(configs[0]) : configs.Reverse().Aggregate(any, (others, config) => new()
        {
            ["if"] = new JsonObject
            {
                ["anyOf"] = new JsonArray([.. OwnKeys(config, configs).Select(key => new JsonObject { ["required"] = Texts([key]) })]),
            },
            ["then"] = Config(config),
            ["else"] = others,
        });
        JsonObject root = new() { ["$schema"] = "http://json-schema.org/draft-07/schema#", ["title"] = title, ["type"] = "object" };
        root["allOf"] = new JsonArray(told);
        root["definitions"] = _definitions;
        return root;
    }

    private static IEnumerable<string> OwnKeys(Type config, IReadOnlyList<Type> configs) => Names(config)
        .Where(key => configs.All(other => other == config || !Names(other).Contains(key)));

    private static IEnumerable<string> Names(Type record) => ConfigKey.Of(record).Select(key => key.Name);

    // Where it extends another, that one may give what it leaves out.
    private JsonObject Config(Type config)
    {
        var whole = Config(config, Form.Whole);
        return new()
        {
            ["if"] = new JsonObject { ["required"] = Texts([ExtendedConfig.Key]) },
            ["then"] = Config(config, Form.Partial),
            ["else"] = whole,
        };
    }

    private JsonObject Config(Type config, Form form) => Defined(
        $"{ConfigType.SnakeCase(config.Name)}{Suffix(form)}",
        () => Keys(
            config,
            Joined(Properties(typeof(ConfigFileKeys), family: null, form), Properties(config, family: null, form)),
            form));

    private JsonObject Record(Type record, Form form) => Defined(
        $"{ConfigType.SnakeCase(record.Name)}{Suffix(form)}",
        () => Keys(record, Properties(record, family: null, form), form));

    private JsonObject Keys(Type record, JsonObject properties, Form form)
    {
        var keys = ConfigKey.Of(record);
        return keys.FirstOrDefault(key => key.IsInline) is { } inline
            ? Inlined(record, inline.Type, properties, Required(keys), form)
            : Map(record, properties, Required(keys), form);
    }

    // The keys of the record and those of a kind, or in place of these a choice among kinds.
    private JsonObject Inlined(Type record, ConfigType type, JsonObject properties, string[] required, Form form)
    {
        if (type.Variant is not { } variant)
        {
            return Union(type, form, properties, required);
        }

        var choice = Copy(properties);
        choice[Choice] = List(Value(variant, Form.Whole));
        return new()
        {
            ["if"] = new JsonObject { ["required"] = Texts([Choice]) },
            ["then"] = Map(record, choice, [.. required, Choice], Form.Whole),
            ["else"] = Union(variant, Form.Varied, properties, required),
        };
    }

    private JsonObject Properties(Type record, Family? family, Form form)
    {
        var ranges = _ranges.Of(record, family);
        var defaults = ConfigKey.Defaults(record, family);
        JsonObject properties = [];
        foreach (var key in ConfigKey.Of(record).Where(key => !key.IsInline))
        {
            var value = Value(key.Type, form, ranges.GetValueOrDefault(key.Name));
            JsonObject property = value.ContainsKey("$ref") ? new() { ["allOf"] = new JsonArray(value) } : value;
            property["description"] = Description(key);
            if (!key.IsRequired && DefaultOf(key, defaults) is { } shown)
            {
                property["default"] = shown;
            }

            properties[key.Name] = Shared(key, form, property);
        }

        return properties;
    }

    // Most keys are those of several kinds, or of one kind in several families.
    private JsonObject Shared(ConfigKey key, Form form, JsonObject property)
    {
        var name = $"{ConfigType.SnakeCase($"{key.Property.DeclaringType?.Name}")}.{key.Name}{Suffix(InList(form))}";
        return !_definitions.TryGetPropertyValue(name, out var known) || JsonNode.DeepEquals(known, property)
            ? Defined(name, () => property)
            : property;
    }

    private string Description(ConfigKey key)
    {
        var values = key.Type.Scalar is { IsEnum: true } type ? Enum.GetNames(type).Select(name => type.GetField(name)) : [];
        return string.Join(
            '\n',
            values.OfType<FieldInfo>().Select(value => $"{ConfigType.SnakeCase(value.Name)}: {_describe(value)}").Prepend(_describe(key.Property)));
    }

    // Of records and kinds the keys have defaults of their own.
    private JsonNode? DefaultOf(ConfigKey key, object defaults) =>
        (key.Type.IsScalar || key.Type.Item is { IsScalar: true })
        && key.Property.GetValue(defaults) is { } value && value is not double.PositiveInfinity
            ? ConfigJson.Of(ConfigWriter.Node(value, key.Type, _kinds))
            : null;

    private JsonObject Value(ConfigType type, Form form, NumberRange? range = null)
    {
        var value = (form, type) switch
        {
            (Form.Varied, _) => Varied(type, range),
            (_, { Variant: { } variant }) => Varied(variant, range),
            _ => Plain(type, form, range),
        };
        return type.IsNullable ? AnyOf(value, new JsonObject { ["type"] = "null" }) : value;
    }

    // The value itself, in which others vary; several in place of a number; a choice in place of whatever it is.
    private JsonObject Varied(ConfigType type, NumberRange? range)
    {
        var plain = Plain(type, Form.Whole, range);
        JsonObject choice = new()
        {
            ["type"] = "object",
            ["properties"] = new JsonObject { [Choice] = List(Copy(plain)) },
            ["required"] = Texts([Choice]),
            ["additionalProperties"] = false,
        };
        var value = Plain(type, Form.Varied, range);
        return type.IsNumber ? AnyOf(value, List(plain), choice) : IfChoice(choice, value);
    }

    private static JsonObject IfChoice(JsonObject choice, JsonObject value) => new()
    {
        ["if"] = new JsonObject { ["type"] = "object", ["required"] = Texts([Choice]) },
        ["then"] = choice,
        ["else"] = value,
    };

    private JsonObject Plain(ConfigType type, Form form, NumberRange? range) => type switch
    {
        { Item: { IsFile: true } item } => AnyOf(Value(item, InList(form), range), new JsonObject { ["type"] = "array", ["items"] = Value(item, InList(form), range) }),
        { Item: { } item } => new() { ["type"] = "array", ["items"] = Value(item, InList(form), range) },
        { IsGrid: true } => AnyOf(Number("number", range), List(Number("number", range))),
        { IsMap: true } => new() { ["type"] = "object" },
        { IsPart: true } => new() { ["type"] = Texts(["string", "number", "boolean", "object"]) },
        { IsUnion: true } when type.Names(_kinds).Keys is { } names && names.Any() =>
            AnyOf(new JsonObject { ["enum"] = Texts(names) }, OneKind(type, form)),
        { IsUnion: true } => OneKind(type, form),
        { IsScalar: true } => Scalar(type, range),
        _ => Record(type.Clr, form),
    };

    private JsonObject OneKind(ConfigType type, Form form) =>
        Defined($"{ConfigType.SnakeCase($"{type.Family}")}_kinds{Suffix(form)}", () => Union(type, form, [], []));

    private JsonObject Scalar(ConfigType type, NumberRange? range) => type switch
    {
        { Family: not null } => new() { ["enum"] = Texts(type.Known(_kinds).Keys) },
        _ when type.Scalar.IsEnum => new() { ["enum"] = Texts(ConfigType.EnumNames(type.Scalar)) },
        _ when type.Scalar == typeof(bool) => new() { ["type"] = "boolean" },

        // The reader takes any word for text, also one that stands for a number elsewhere.
        _ when type.Scalar == typeof(string) => new() { ["type"] = Texts(["string", "number", "boolean"]) },
        _ => Number(type.Scalar == typeof(double) ? "number" : "integer", range),
    };

    // Which keys there may be the kind decides; so each kind is a map of its own, with those that are beside the kind's.
    private JsonObject Union(ConfigType type, Form form, JsonObject beside, string[] required)
    {
        var known = type.KindsOf(_kinds);
        return new()
        {
            ["type"] = "object",
            ["properties"] = new JsonObject { [Kind] = new JsonObject { ["enum"] = Texts(known.Keys) } },
            ["allOf"] = new JsonArray(
            [
                .. known.Select(kind => new JsonObject
                {
                    ["if"] = new JsonObject
                    {
                        ["properties"] = new JsonObject { [Kind] = new JsonObject { ["const"] = kind.Key } },
                        ["required"] = Texts([Kind]),
                    },
                    ["then"] = OfKind(kind.Key, kind.Value, type.Family, form, beside, required),
                }),
                form == Form.Partial ? WithoutKind(beside) : new() { ["required"] = Texts([Kind]) },
            ]),
        };
    }

    // Where another file gives the kind, only the keys beside those of the kind are known.
    private static JsonObject WithoutKind(JsonObject beside) => new()
    {
        ["if"] = new JsonObject { ["required"] = Texts([Kind]) },
        ["else"] = new JsonObject { ["properties"] = Copy(beside) },
    };

    private JsonObject OfKind(
        string kind, Type record, Family? family, Form form, JsonObject beside, string[] required)
    {
        var besides = beside.Count == 0 ? "" : $"_beside_{string.Join('_', beside.Select(key => key.Key))}";
        return Defined($"{ConfigType.SnakeCase($"{family}")}_{kind}{besides}{Suffix(form)}", () =>
        {
            var properties = Copy(beside);
            properties[Kind] = new JsonObject { ["const"] = kind, ["description"] = _describe(record) };
            return Map(
                record,
                Joined(properties, Properties(record, family, form)),
                [Kind, .. required, .. Required(ConfigKey.Of(record))],
                form);
        });
    }

    private JsonObject Map(Type record, JsonObject properties, string[] required, Form form)
    {
        JsonObject map = new()
        {
            ["type"] = "object",
            ["description"] = _describe(record),
            ["properties"] = properties,
            ["additionalProperties"] = false,
        };
        if (required.Length > 0 && form != Form.Partial)
        {
            map["required"] = Texts(required);
        }

        return map;
    }

    private JsonObject Defined(string name, Func<JsonObject> make)
    {
        if (!_definitions.ContainsKey(name))
        {
            // Named first, because kinds may hold kinds of their own family.
            _definitions[name] = new JsonObject();
            _definitions[name] = make();
        }

        return new() { ["$ref"] = $"#/definitions/{name}" };
    }

    private static string[] Required(IEnumerable<ConfigKey> keys) =>
        [.. keys.Where(key => key.IsRequired && !key.IsInline).Select(key => key.Name)];

    // Lists are never merged with others.
    private static Form InList(Form form) => form == Form.Partial ? Form.Whole : form;

    private static string Suffix(Form form) => form == Form.Whole ? "" : $"_{ConfigType.SnakeCase($"{form}")}";

    // What a value is: all there is, one of which several may be meant, or one that another is merged into.
    private enum Form
    {
        Whole,
        Varied,
        Partial,
    }
}
