using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace L2O.GpuCheck;

/// <summary>What came out, for programs (gpu-check.json) and for people (gpu-check.md).</summary>
/// <param name="Machine">Device, libtorch, processor.</param>
/// <param name="Checks">Of correctness.</param>
/// <param name="Speeds">Of every implementation.</param>
internal sealed record Report(IReadOnlyDictionary<string, string> Machine, IReadOnlyList<Check> Checks, IReadOnlyList<Speed> Speeds)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    internal void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "gpu-check.json"), Json().ToJsonString(Indented));
        File.WriteAllText(Path.Combine(folder, "gpu-check.md"), Markdown());
    }

    private JsonObject Json() => new()
    {
        ["machine"] = new JsonObject(Machine.Select(fact => KeyValuePair.Create(fact.Key, (JsonNode?)fact.Value))),
        ["checks"] = new JsonArray([.. Checks.Select(check => new JsonObject
        {
            ["name"] = check.Name,
            ["error"] = double.IsFinite(check.Error) ? check.Error : null,
            ["tolerance"] = check.Tolerance,
            ["holds"] = check.Holds,
        })]),
        ["speeds"] = new JsonArray([.. Speeds.Select(speed => new JsonObject
        {
            ["work"] = speed.Work,
            ["parameters"] = speed.Parameters,
            ["tasks"] = speed.Tasks,
            ["by"] = speed.By,
            ["milliseconds"] = speed.Milliseconds,
        })]),
    };

    private string Markdown()
    {
        StringBuilder text = new();
        text.AppendJoin('\n', Machine.Select(fact => $"- {fact.Key}: {fact.Value}"));
        text.Append("\n\n| float32 there against float64 on the CPU | relative error | tolerance | |\n| --- | ---: | ---: | --- |\n");
        foreach (var check in Checks)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {check.Name} | {check.Error:0.0e+0} | {check.Tolerance:0e+0} | {(check.Holds ? "holds" : "FAILS")} |\n");
        }

        string[] columns = [.. Speeds.Select(speed => speed.By).Distinct()];
        text.Append(CultureInfo.InvariantCulture, $"\n| milliseconds, median | N | tasks | {string.Join(" | ", columns)} |\n| --- | ---: | ---: |{string.Concat(columns.Select(_ => " ---: |"))}\n");
        foreach (var row in Speeds.GroupBy(speed => (speed.Work, speed.Parameters, speed.Tasks)))
        {
            var cells = columns.Select(column => row.FirstOrDefault(speed => speed.By == column) is not { } speed ? ""
                : speed.Milliseconds is { } time ? time.ToString("0.00", CultureInfo.InvariantCulture) : "no memory");
            text.Append(CultureInfo.InvariantCulture, $"| {row.Key.Work} | {row.Key.Parameters:N0} | {row.Key.Tasks} | {string.Join(" | ", cells)} |\n");
        }

        return text.ToString();
    }
}
