using System.Text.Json;
using static TorchSharp.torch;

namespace L2O.Tests.Support;

/// <summary>The quadratic of a meta-gradient case: x.Ax / 2 - b.x with A = QQ'/n + 0.2 I.</summary>
internal static class GoldenQuadratic
{
    internal static FunctionOptimizee From(JsonElement golden)
    {
        var quadratic = golden.GetProperty("quadratic");
        var n = quadratic.GetProperty("n").GetInt64();
        var q = Golden.Tensor(quadratic.GetProperty("Q"));
        var b = Golden.Tensor(quadratic.GetProperty("b"));
        var a = (q.mm(q.t()) / n) + (0.2 * eye(n, dtype: float64));
        return new(
            x => (0.5 * x.dot(a.mv(x))) - b.dot(x),
            Golden.Tensor(golden.GetProperty("theta0")).data<double>().ToArray());
    }
}
