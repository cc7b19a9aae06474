using L2O.Optimizers.Learned;

namespace L2O.Imports;

/// <summary>
/// LSTM layers and a linear head as Sonnet names them: one matrix [inputs + H, 4H] for inputs and state, its columns in the order
/// input, candidate, forget, output, and a forget bias that has 1 added where it is used.
/// </summary>
internal static class SonnetLayout
{
    private const int GateCount = 4;
    private const int ForgetGate = 1;

    // Where in their order our gates input, forget, candidate and output are.
    private static readonly int[] _theirGate = [0, 2, 1, 3];

    /// <summary>L2O-DM's published files.</summary>
    internal static readonly ForeignLayout Dm = new(DmSizes, options => options is DmOptions dm
        ? Stack(dm.Preprocessing == Preprocessing.None ? 1 : 2, dm.Hidden)
        : throw new ArgumentException($"{options} are not of dm", nameof(options)));

    /// <summary>RNNProp's published files.</summary>
    internal static readonly ForeignLayout RnnProp = new(
        file => [.. LayoutSizes.List("hidden", Hidden(file)), .. LayoutSizes.Setting("input_size", file.Size("input_projection/w", 1))],
        options => options is RnnPropOptions rnnProp
            ?
            [
                new("input_projection/w", [2, rnnProp.InputSize], values => [("input/weight", Transposed(values, rnnProp.InputSize))]),
                ForeignPart.Same("input_projection/b", "input/bias", [rnnProp.InputSize]),
                .. Stack(rnnProp.InputSize, rnnProp.Hidden),
            ]
            : throw new ArgumentException($"{options} are not of rnnprop", nameof(options)));

    private static IEnumerable<string> DmSizes(ForeignFile file)
    {
        int?[] hidden = [.. Hidden(file)];
        var isPlain = hidden is [{ } size, ..] && file.Size("lstm_1/w_gates", 0) == size + 1;
        return [.. LayoutSizes.List("hidden", hidden), .. isPlain ? ["preprocessing: none"] : Array.Empty<string>()];
    }

    // Both arrays of a layer tell its size; the other one will do where one is damaged.
    private static IEnumerable<int?> Hidden(ForeignFile file) => Enumerable.Range(1, file.Arrays.Count)
        .Select(layer => Quarter(file.Size($"lstm_{layer}/w_gates", 1)) ?? Quarter(file.Size($"lstm_{layer}/b_gates", 0)));

    private static int? Quarter(int? size) => size % GateCount == 0 ? size / GateCount : null;

    private static IEnumerable<ForeignPart> Stack(int inputs, int[] hidden) =>
    [
        .. hidden.SelectMany((size, layer) => Layer($"lstm_{layer + 1}", layer == 0 ? inputs : hidden[layer - 1], size)),
        ForeignPart.Same("linear/w", "linear/weight", [hidden[^1], 1]),
        ForeignPart.Same("linear/b", "linear/bias", [1]),
    ];

    private static ForeignPart[] Layer(string name, int inputs, int size) =>
    [
        new($"{name}/w_gates", [inputs + size, GateCount * size], values =>
        [
            ($"{name}/weight_ih", Rows(values, first: 0, inputs, size)),
            ($"{name}/weight_hh", Rows(values, first: inputs, size, size)),
        ]),
        new($"{name}/b_gates", [GateCount * size], values => [($"{name}/bias", Bias(values, size))]),
    ];

    // Some rows [count, 4H] of theirs as [4H, count], gates in our order.
    private static float[] Rows(float[] values, int first, int count, int size)
    {
        var rows = new float[GateCount * size * count];
        for (var i = 0; i < rows.Length; i++)
        {
            var (ours, input) = (i / count, i % count);
            rows[i] = values[((first + input) * GateCount * size) + Column(ours, size)];
        }

        return rows;
    }

    private static float[] Bias(float[] values, int size)
    {
        var bias = new float[values.Length];
        for (var i = 0; i < bias.Length; i++)
        {
            bias[i] = values[Column(i, size)] + (i / size == ForgetGate ? 1 : 0);
        }

        return bias;
    }

    private static int Column(int ours, int size) => (_theirGate[ours / size] * size) + (ours % size);

    private static float[] Transposed(float[] values, int columns)
    {
        var rows = values.Length / columns;
        var transposed = new float[values.Length];
        for (var i = 0; i < transposed.Length; i++)
        {
            transposed[i] = values[(i % rows * columns) + (i / rows)];
        }

        return transposed;
    }
}
