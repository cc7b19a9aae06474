using System.Text.Json;
using L2O.Tensors;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Support;

/// <summary>Expected numbers from an independent float64 implementation; see tests/golden/README.md.</summary>
internal static class Golden
{
    /// <summary>The case of that name, from L2O_GOLDEN_DIR (relative to the repository's root) or tests/golden.</summary>
    internal static JsonElement Read(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder(), name + ".json")));
        return document.RootElement.Clone();
    }

    /// <summary>The tensor a spec describes: its values, or a sine over the row-major index.</summary>
    internal static Tensor Tensor(JsonElement spec)
    {
        long[] shape = [.. spec.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())];
        if (spec.TryGetProperty("values", out var values))
        {
            return tensor(Doubles(values), shape);
        }

        var (a, b) = (spec.GetProperty("a").GetDouble(), spec.GetProperty("b").GetDouble());
        var count = shape.Aggregate(1L, (product, size) => product * size);
        return tensor([.. Enumerable.Range(1, (int)count).Select(i => a * Math.Sin(b * i))], shape);
    }

    /// <summary>A flat phi from the specs of its tensors.</summary>
    internal static Tensor Phi(ParameterLayout layout, JsonElement weights)
    {
        using var scope = NewDisposeScope();
        return layout.Join([.. layout.Shapes.Select(shape => Tensor(weights.GetProperty(shape.Name)))])
            .MoveToOuterDisposeScope();
    }

    internal static double[] Doubles(JsonElement array) => [.. array.EnumerateArray().Select(value => value.GetDouble())];

    /// <summary>A gradient of phi against the stored norm and first entries of each of its tensors.</summary>
    internal static void AssertGradient(ParameterLayout layout, JsonElement expected, Tensor gradient, double tolerance)
    {
        foreach (var (shape, part) in layout.Shapes.Zip(layout.Split(gradient)))
        {
            var norm = expected.GetProperty(shape.Name).GetProperty("norm").GetDouble();
            var first = Doubles(expected.GetProperty(shape.Name).GetProperty("first"));
            Assert.Equal(norm, part.norm().item<double>(), tolerance * norm);
            AssertClose(first, part.flatten()[..first.Length], tolerance, scale: norm / Math.Sqrt(shape.Count));
        }
    }

    /// <summary>Every value within the tolerance, relative to the larger of itself and the scale.</summary>
    internal static void AssertClose(double[] expected, Tensor actual, double tolerance, double scale = 0)
    {
        var values = actual.to(float64).contiguous().data<double>().ToArray();
        Assert.Equal(expected.Length, values.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            var error = Math.Abs(expected[i] - values[i]);
            Assert.True(
                error <= tolerance * Math.Max(Math.Abs(expected[i]), scale),
                $"entry {i}: expected {expected[i]:R}, got {values[i]:R}");
        }
    }

    private static string Folder() => Environment.GetEnvironmentVariable("L2O_GOLDEN_DIR") is { Length: > 0 } folder
        ? Path.GetFullPath(folder, Repository.Root)
        : Path.Combine(Repository.Root, "tests", "golden");
}
