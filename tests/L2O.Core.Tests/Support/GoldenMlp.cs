using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using L2O.Optimizees.Networks;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Tests.Support;

/// <summary>The perceptron of a golden case and its one minibatch: mean cross-entropy.</summary>
internal sealed partial class GoldenMlp : ILoss
{
    private readonly Mlp _network;
    private readonly Tensor _inputs;
    private readonly Tensor _labels;

    internal GoldenMlp(JsonElement mlp)
    {
        var sizes = mlp.GetProperty("sizes").EnumerateArray().Select(size => size.GetInt64()).ToArray();
        var activation = Enum.Parse<Activation>(mlp.GetProperty("activation").GetString() ?? "", ignoreCase: true);
        _network = new Mlp(sizes, activation, initialScale: 1);
        _inputs = Golden.Tensor(mlp.GetProperty("inputs"));
        _labels = tensor(Labels(mlp.GetProperty("labels").GetString() ?? "", mlp.GetProperty("batch").GetInt32()));
    }

    internal ParameterLayout Layout => _network.Layout;

    public Tensor At(Tensor theta)
    {
        using var scope = NewDisposeScope();
        return nn.functional.cross_entropy(_network.Logits(theta, _inputs), _labels).MoveToOuterDisposeScope();
    }

    // Written as "(3 i + 1) mod 3" for example i, counted from 0.
    private static long[] Labels(string rule, int count)
    {
        var numbers = Rule().Match(rule).Groups.Values.Skip(1)
            .Select(group => long.Parse(group.Value, CultureInfo.InvariantCulture)).ToArray();
        return [.. Enumerable.Range(0, count).Select(i => ((numbers[0] * i) + numbers[1]) % numbers[2])];
    }

    [GeneratedRegex(@"^\((\d+) i \+ (\d+)\) mod (\d+)$")]
    private static partial Regex Rule();
}
