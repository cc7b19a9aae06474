using System.CommandLine;
using System.Diagnostics;
using L2O.Errors;
using L2O.GpuCheck;
using L2O.Runtime;
using TorchSharp;
using static TorchSharp.torch;

Option<string> deviceOption = new("--device") { Description = "cuda or cpu", DefaultValueFactory = _ => "cuda" };
Option<string?> libtorchOption = new("--libtorch") { Description = "The libtorch to use, for instance torch/lib of a Python install" };
Option<string?> pythonOption = new("--python") { Description = "An interpreter that has PyTorch, to compare with a plain implementation" };
Option<string> outOption = new("--out") { Description = "Where gpu-check.json and gpu-check.md go", DefaultValueFactory = _ => "." };
Option<bool> quickOption = new("--quick") { Description = "Only the smallest sizes, for a moment each" };
RootCommand root = new("Checks l2o on a device against float64 on the CPU, then measures its speed there")
{
    deviceOption, libtorchOption, pythonOption, outOption, quickOption,
};
root.SetAction(parsed =>
{
    try
    {
        return Run(
            parsed.GetRequiredValue(deviceOption),
            parsed.GetValue(libtorchOption),
            parsed.GetValue(pythonOption),
            parsed.GetRequiredValue(outOption),
            parsed.GetValue(quickOption));
    }
    catch (ConfigException e)
    {
        Console.Error.WriteLine(e.Message);
        return 2;
    }
});
return root.Parse(args).Invoke();

static int Run(string name, string? libtorch, string? python, string folder, bool isQuick)
{
    var (clock, limit) = (Stopwatch.StartNew(), TimeSpan.FromMinutes(7.5));
    Console.WriteLine($"gpu-check: {name}, at most {limit.TotalMinutes:0.#} minutes");
    if (libtorch is not null && Libtorch.LoadFrom(libtorch).Warning is { } warning)
    {
        Console.WriteLine($"warning: {warning}");
    }

    if (name == "cuda" && !cuda.is_available())
    {
        throw new ConfigException("--device cuda: this libtorch has no CUDA, or no GPU was found; name another by --libtorch, or choose --device cpu");
    }

    using Place place = new(new Device(name), float32);
    using Place reference = new(CPU, float64);
    List<Check> checks = [];
    foreach (var check in Correctness.Of(place, reference))
    {
        Console.WriteLine($"{(check.Holds ? "holds" : "FAILS")}  {check.Error:0.0e+0} of {check.Tolerance:0e+0}  {check.Name}");
        checks.Add(check);
    }

    var each = TimeSpan.FromSeconds(isQuick ? 0 : 2);
    int[] hidden = isQuick ? [20] : [20, 125, 1257];
    IEnumerable<Speed> speeds = Speed.Of(place, hidden, isQuick ? [1, 2] : [1, 8, 64], each);
    if (python is not null)
    {
        // Everything that is left, for compiling takes long.
        speeds = speeds.Concat(Plain.Of(python, name, hidden, TimeSpan.FromSeconds(Math.Max(30, (limit - clock.Elapsed).TotalSeconds / 2))));
    }

    List<Speed> rows = [];
    foreach (var row in speeds.TakeWhile(_ => clock.Elapsed < limit))
    {
        Console.WriteLine($"{row.Milliseconds,10:0.00} ms  {row.By,-16} {row.Work}, N = {row.Parameters:N0}, {row.Tasks} {(row.Tasks == 1 ? "task" : "tasks")}");
        rows.Add(row);
    }

    Dictionary<string, string> machine = new()
    {
        ["device"] = name,
        ["libtorch"] = torch.__version__,
        ["processors"] = $"{Environment.ProcessorCount}",
        ["seconds"] = $"{clock.Elapsed.TotalSeconds:0}",
    };
    new Report(machine, checks, rows).Write(folder);
    var failed = checks.Count(check => !check.Holds);
    Console.WriteLine($"{checks.Count - failed} of {checks.Count} checks hold; {Path.Combine(folder, "gpu-check.md")} has the tables");
    return failed == 0 ? 0 : 1;
}
