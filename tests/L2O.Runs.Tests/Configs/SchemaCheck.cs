using System.Text.Json;
using Json.Schema;
using L2O.Configs;
using L2O.Configs.Schemas;

namespace L2O.Tests.Configs;

/// <summary>Holds configs against the schema of some sorts of them, as an editor does.</summary>
internal sealed class SchemaCheck
{
    private static readonly EvaluationOptions _list = new() { OutputFormat = OutputFormat.List };

    private readonly JsonSchema _schema;

    internal SchemaCheck(Kinds kinds, params Type[] configs)
    {
        Text = ConfigSchema.Of("configs", configs, kinds, member => $"about {member.Name}");
        _schema = JsonSchema.FromText(Text, new() { SchemaRegistry = new() });
    }

    internal string Text { get; }

    /// <summary>What is wrong, a line each; empty where nothing is.</summary>
    internal string Problems(string yaml)
    {
        ConfigProblems problems = new();
        var node = ConfigParser.Parse("a.yaml", yaml, problems);
        problems.ThrowIfAny();
        return node is null ? "" : Problems(node);
    }

    internal string Problems(ConfigNode config)
    {
        using var json = JsonDocument.Parse(ConfigJson.Of(config)?.ToJsonString() ?? "null");
        var results = _schema.Evaluate(json.RootElement, _list);
        return results.IsValid
            ? ""
            : string.Join('\n', (results.Details ?? []).SelectMany(detail => (detail.Errors ?? new Dictionary<string, string>())
                .Select(error => $"{detail.InstanceLocation}: {error.Key}: {error.Value}")).Prepend("refused"));
    }
}
