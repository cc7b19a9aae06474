using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using L2O.Errors;
using L2O.Options;

namespace L2O.Registration;

/// <summary>Options of a learned optimizer as JSON on one line, the form that checkpoints keep them in.</summary>
internal static class OptionsJson
{
    private const string Kind = "kind";

    private static readonly JsonSerializerOptions _json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        IgnoreReadOnlyProperties = true,

        // Also in programs that are set up for trimming, where it must be said.
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    /// <summary>The kind, then every option.</summary>
    internal static string Write(IOptions options)
    {
        JsonObject json = new() { [Kind] = Registry.KindOf(options) };
        foreach (var (key, value) in JsonSerializer.SerializeToNode(options, options.GetType(), _json)?.AsObject() ?? [])
        {
            json[key] = value?.DeepClone();
        }

        return json.ToJsonString();
    }

    /// <summary>The options that a text holds, checked as those of a config are.</summary>
    /// <param name="name">What messages call the file.</param>
    /// <param name="text">From <see cref="Write"/>.</param>
    /// <exception cref="CheckpointException">The kind, a key or a value is none that this version knows.</exception>
    internal static IOptions Read(string name, string text)
    {
        try
        {
            var json = JsonNode.Parse(text, documentOptions: new() { AllowDuplicateProperties = false })?.AsObject() ?? [];
            var kind = json[Kind]?.GetValue<string>() ?? throw new JsonException($"`{Kind}` is missing");
            var kinds = Registry.Kinds(Family.LearnedOptimizer);
            var type = kinds.GetValueOrDefault(kind)
                ?? throw new JsonException($"{Kind} is {kind}; this version has {string.Join(", ", kinds.Keys)}");
            json.Remove(Kind);
            var options = (IOptions?)json.Deserialize(type, _json) ?? throw new JsonException("it is null");
            return ProblemsOf(options).FirstOrDefault() is { } problem
                ? throw new JsonException($"{problem.Key} {problem.Message}")
                : options;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new CheckpointException(
                $"{name}: its optimizer is none that this version knows: {e.Message.TrimEnd('.')}; "
                + "use the version that wrote it, name by --plugin the plug-in that has its kind, or use another checkpoint",
                e);
        }
    }

    // Of options within options too, as the reader of configs does.
    private static IEnumerable<OptionProblem> ProblemsOf(IOptions options) =>
    [
        .. options.Problems(),
        .. options.GetType().GetProperties().Where(property => property.CanWrite).SelectMany(property =>
            property.GetValue(options) is IOptions inner
                ? ProblemsOf(inner).Select(problem => problem with
                {
                    Key = $"{JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name)}.{problem.Key}",
                })
                : []),
    ];
}
