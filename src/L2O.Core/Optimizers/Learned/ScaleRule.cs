using L2O.Randomness;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Optimizers.Learned;

/// <summary>One step of L2O-Scale at one phi; all of it is differentiable in phi.</summary>
/// <param name="options">Which parts are in use.</param>
/// <param name="weights">Phi's tensors by name.</param>
internal sealed class ScaleRule(ScaleOptions options, Dictionary<string, Tensor> weights) : IOptimizer
{
    private const double MinLogLr = -33;
    private const double FixedScaleDecay = 0.93;
    private const double FixedInputDecay = 0.89;

    // The root of a decay is taken at the next step, and its derivative is infinite at zero.
    private const double MinDecay = 1e-12;

    private readonly ScaleInputs _inputs = new(options);
    private readonly BiasGru _parameterRnn = Gru("parameter_rnn", weights);
    private readonly BiasGru? _tensorRnn = options.Levels.Length > 1 ? Gru("tensor_rnn", weights) : null;
    private readonly BiasGru? _globalRnn = options.Levels.Length > 2 ? Gru("global_rnn", weights) : null;

    /// <inheritdoc/>
    public RuleState Init(ParameterLayout layout, Tensor theta, RandomStreams streams)
    {
        using var scope = NewDisposeScope();
        var segments = new TensorSegments(layout);
        var n = theta.shape[0];
        Tensor Zeros(int rows) => zeros(rows, n, dtype: theta.dtype, device: theta.device);
        var state = new ScaleState(
            InitialState("parameter_rnn", n),
            Zeros(options.NumGradientScales),
            Zeros(options.NumGradientScales),
            InputDecay: Zeros(1),
            ScaleDecay: Zeros(1))
        {
            LogLearningRate = options.DynamicOutputScale ? InitialLogLearningRate(segments, theta, streams) : null,
            TensorHidden = _tensorRnn is null ? null : InitialState("tensor_rnn", segments.Count),
            GlobalHidden = _globalRnn is null ? null : InitialState("global_rnn", 1),
            Attended = options.UseAttention ? theta.alias() : null,
            Segments = segments,
        };
        return state.Map(tensor => tensor.MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    public (Tensor Update, RuleState State) Step(IGradientSource gradients, Tensor theta, RuleState state)
    {
        using var scope = NewDisposeScope();
        var old = (ScaleState)state;
        var gradient = gradients.At(old.Attended ?? theta).unsqueeze(0);
        var (accumulators, meanSquares) = _inputs.Accumulate(gradient, old);
        var scaled = ScaleInputs.Scaled(accumulators, meanSquares);
        var features = _inputs.Features(scaled, meanSquares, old);
        var hidden = _parameterRnn.Step(features, old.Hidden, ParameterBias(old));
        var next = WithUpperLevels(old, features, hidden) with
        {
            Hidden = hidden,
            Accumulators = accumulators,
            MeanSquares = meanSquares,
            InputDecay = options.LearnsInputDecay
                ? Head("input_decay", hidden).sigmoid().clamp_min(MinDecay)
                : full_like(old.InputDecay, FixedInputDecay),
            ScaleDecay = options.LearnableDecay
                ? Head("scale_decay", hidden).sigmoid().clamp_min(MinDecay)
                : full_like(old.ScaleDecay, FixedScaleDecay),
            StepCount = old.StepCount + 1,
        };

        var direction = Direction(hidden, scaled, old.Segments, "update", "gradient_shortcut");
        var attended = options.UseAttention
            ? Direction(hidden, scaled, old.Segments, "attention", "attention_shortcut")
            : null;
        if (old.LogLearningRate is { } logLr)
        {
            var logStep = Clipped(logLr + Head("learning_rate", hidden));
            next = next with { LogLearningRate = lerp(logStep, logLr, weights["learning_rate_momentum"].sigmoid()) };
            direction = (logStep + weights["step_offset"]).exp() * direction;
            attended = attended is null ? null : logStep.exp() * attended;
        }

        next = next with { Attended = attended is null ? null : theta - attended.squeeze(0) };
        return (direction.neg().squeeze(0).MoveToOuterDisposeScope(),
            next.Map(tensor => tensor.MoveToOuterDisposeScope()));
    }

    private Tensor ParameterBias(ScaleState old)
    {
        if (old.TensorHidden is not { } tensors)
        {
            return _parameterRnn.Bias;
        }

        var bias = _parameterRnn.Bias + Affine("tensor_to_parameter", tensors);
        return old.Segments.Spread(old.GlobalHidden is { } all ? bias + Affine("global_to_parameter", all) : bias);
    }

    /// <summary>The state with the next values of the upper levels, which look at this step's global value.</summary>
    private ScaleState WithUpperLevels(ScaleState old, Tensor features, Tensor hidden)
    {
        if (_tensorRnn is null || old.TensorHidden is null)
        {
            return old;
        }

        var summary = old.Segments.Means(hidden);
        var inputs = options.PassesFeaturesUp ? cat([summary, old.Segments.Means(features)]) : summary;
        if (_globalRnn is null || old.GlobalHidden is null)
        {
            return old with { TensorHidden = _tensorRnn.Step(inputs, old.TensorHidden, _tensorRnn.Bias) };
        }

        var bias = _tensorRnn.Bias + Affine("global_to_tensor", old.GlobalHidden);
        var tensors = _tensorRnn.Step(inputs, old.TensorHidden, bias);
        var seen = options.GlobalInput == GlobalInput.Mean
            ? tensors.mean([1], keepdim: true)
            : tensors.narrow(1, tensors.shape[1] - 1, 1);
        return old with
        {
            TensorHidden = tensors,
            GlobalHidden = _globalRnn.Step(seen, old.GlobalHidden, _globalRnn.Bias),
        };
    }

    /// <summary>Which way each parameter moves: [1, N], with a root mean square of 1 over each tensor.</summary>
    private Tensor Direction(Tensor hidden, Tensor scaled, TensorSegments segments, string readout, string shortcut)
    {
        var direction = weights[$"{readout}/weight"].t().mm(hidden);
        if (options.UseGradientShortcut)
        {
            direction = direction.addmm(weights[$"{shortcut}/weight"].t(), scaled);
        }

        return options.DynamicOutputScale
            ? direction * segments.Spread((segments.Means(direction.square()) + ScaleInputs.Epsilon).rsqrt())
            : direction;
    }

    /// <summary>Within the range of learning rates, with the derivative of the value outside of it too.</summary>
    private Tensor Clipped(Tensor logLr)
    {
        var value = logLr.detach();
        return logLr + (value.clamp(MinLogLr, options.MaxLogLr) - value);
    }

    private Tensor Head(string name, Tensor hidden) =>
        weights[$"{name}/bias"].addmm(weights[$"{name}/weight"].t(), hidden);

    private Tensor Affine(string name, Tensor inputs) =>
        weights[$"{name}/bias"].unsqueeze(1).addmm(weights[$"{name}/weight"].t(), inputs);

    private Tensor InitialState(string cell, long rows)
    {
        var initial = weights[$"{cell}/initial"];
        return (options.LearnableRnnInit ? initial : initial.detach()).unsqueeze(1).repeat(1, rows);
    }

    // A part for each parameter and a part for each tensor, half of the range each.
    private Tensor InitialLogLearningRate(TensorSegments segments, Tensor theta, RandomStreams streams)
    {
        var (low, high) = (Math.Log(options.MinLr) / 2, Math.Log(options.MaxLr) / 2);
        using var generator = streams.Generator("log_learning_rate");
        Tensor Draw(long count) =>
            rand([1, count], dtype: float64, generator: generator).mul_(high - low).add_(low);
        var (own, shared) = (Draw(theta.shape[0]), Draw(segments.Count));
        return (own + segments.Spread(shared)).clamp(MinLogLr, options.MaxLogLr).to(theta.dtype, theta.device);
    }

    private static BiasGru Gru(string name, Dictionary<string, Tensor> weights) => new(
        weights[$"{name}/gates_weight"],
        weights[$"{name}/gates_bias"],
        weights[$"{name}/candidate_weight"],
        weights[$"{name}/candidate_bias"]);
}
