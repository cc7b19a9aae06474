using L2O.Randomness;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Optimizers.Learned;

/// <summary>One tensor of L2O-Scale's phi, and how it is drawn.</summary>
/// <param name="Shape">Its name and dimensions.</param>
/// <param name="Draw">Gives float64 on the CPU; the streams are those of the whole phi.</param>
internal sealed record ScaleWeight(ParameterShape Shape, Func<RandomStreams, Tensor> Draw);

/// <summary>The tensors of L2O-Scale's phi; matrices are [inputs, outputs].</summary>
internal static class ScaleWeights
{
    private const double ShortcutScale = 0.1;

    /// <summary>Those that the options leave in use.</summary>
    internal static IReadOnlyList<ScaleWeight> Of(ScaleOptions options)
    {
        var sizes = options.Levels;
        var (hasTensors, hasGlobal) = (sizes.Length > 1, sizes.Length > 2);
        var passedUp = sizes[0] + (options.PassesFeaturesUp ? options.FeatureCount : 0);
        return
        [
            .. Gru("parameter_rnn", options.FeatureCount, sizes[0], options),
            .. hasTensors ? Affine("tensor_to_parameter", sizes[1], 3 * sizes[0], options) : [],
            .. hasGlobal ? Affine("global_to_parameter", sizes[2], 3 * sizes[0], options) : [],
            .. hasTensors ? Gru("tensor_rnn", passedUp, sizes[1], options) : [],
            .. hasGlobal ? Affine("global_to_tensor", sizes[2], 3 * sizes[1], options) : [],
            .. hasGlobal ? Gru("global_rnn", sizes[1], sizes[2], options) : [],
            .. sizes.Zip(["parameter_rnn", "tensor_rnn", "global_rnn"], (size, cell) => Initial(cell, size)),
            .. Heads(options),
        ];
    }

    private static IEnumerable<ScaleWeight> Heads(ScaleOptions options)
    {
        var size = options.Levels[0];
        yield return Readout("update", size, options);
        if (options.LearnableDecay)
        {
            yield return Readout("scale_decay", size, options);
            yield return Constant("scale_decay/bias", options.ScaleDecayBias);
        }

        if (options.LearnsInputDecay)
        {
            yield return Readout("input_decay", size, options);
            yield return Constant("input_decay/bias", options.InputDecayBias);
        }

        if (options.DynamicOutputScale)
        {
            yield return options.ZeroInitLrWeights
                ? Constant("learning_rate/weight", 0, size, 1)
                : Readout("learning_rate", size, options);
            yield return Constant("learning_rate/bias", 0);
        }

        if (options.UseGradientShortcut)
        {
            yield return Shortcut("gradient_shortcut", options);
        }

        if (options.DynamicOutputScale)
        {
            yield return Constant("learning_rate_momentum", options.LrMomentumLogit);
            yield return Constant("step_offset", -1);
        }

        if (options.UseAttention)
        {
            // Starts as the update does, from the same draw.
            yield return Readout("attention", size, options, drawnAs: "update");
            if (options.UseGradientShortcut)
            {
                yield return Shortcut("attention_shortcut", options);
            }
        }
    }

    private static IEnumerable<ScaleWeight> Gru(string name, int inputs, int size, ScaleOptions options)
    {
        var scale = options.GruWeightScale / Math.Sqrt(inputs + size);
        yield return Normal($"{name}/gates_weight", 0, scale, inputs + size, 2 * size);
        yield return Constant($"{name}/gates_bias", options.GruGateBias, 2 * size);
        yield return Normal($"{name}/candidate_weight", 0, scale, inputs + size, size);
        yield return Constant($"{name}/candidate_bias", 0, size);
    }

    private static IEnumerable<ScaleWeight> Affine(string name, int inputs, int outputs, ScaleOptions options) =>
    [
        Normal($"{name}/weight", 0, options.AffineScale / Math.Sqrt(inputs), inputs, outputs),
        Constant($"{name}/bias", 0, outputs),
    ];

    private static ScaleWeight Readout(string name, int inputs, ScaleOptions options) =>
        Readout(name, inputs, options, drawnAs: name);

    private static ScaleWeight Readout(string name, int inputs, ScaleOptions options, string drawnAs) => new(
        new($"{name}/weight", inputs, 1),
        Normal($"{drawnAs}/weight", 0, options.ReadoutScale / Math.Sqrt(inputs), inputs, 1).Draw);

    private static ScaleWeight Shortcut(string name, ScaleOptions options)
    {
        var inputs = options.NumGradientScales;
        return Normal($"{name}/weight", 1.0 / inputs, ShortcutScale / Math.Sqrt(inputs), inputs, 1);
    }

    private static ScaleWeight Initial(string cell, int size) => new(new($"{cell}/initial", size), streams =>
    {
        using var generator = streams.Generator($"{cell}/initial");
        return rand(size, dtype: float64, generator: generator).mul_(2).sub_(1);
    });

    private static ScaleWeight Normal(string name, double mean, double scale, params long[] shape) =>
        new(new(name, shape), streams =>
        {
            using var generator = streams.Generator(name);
            return randn(shape, dtype: float64, generator: generator).mul_(scale).add_(mean);
        });

    private static ScaleWeight Constant(string name, double value) => Constant(name, value, 1);

    private static ScaleWeight Constant(string name, double value, params long[] shape) =>
        new(new(name, shape), _ => full(shape, value, dtype: float64));
}
