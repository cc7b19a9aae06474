using L2O.Registration;
using L2O.Tensors;

namespace L2O.Imports;

/// <summary>L2O-Scale's parameters as its reference implementation names them; the matrices are the same as ours.</summary>
internal static class ScaleLayout
{
    private const string Root = "LOL/";

    private static readonly Dictionary<string, string> _cells = new()
    {
        ["parameter_rnn"] = "PerTensor/Layer0_RNN/BiasGRUCell",
        ["tensor_rnn"] = "PerTensor/Layer1_RNN/BiasGRUCell",
        ["global_rnn"] = "Layer2_RNN/BiasGRUCell",
    };

    private static readonly Dictionary<string, string> _others = new()
    {
        ["parameter_rnn/initial"] = "Level0_RNN/init_vector",
        ["tensor_rnn/initial"] = "Level1_RNN/init_vector",
        ["global_rnn/initial"] = "Level2_RNN/init_vector",
        ["tensor_to_parameter/weight"] = "PerTensor/Layer0_RNN/Param/Affine/Matrix",
        ["tensor_to_parameter/bias"] = "PerTensor/Layer0_RNN/Param/Affine/Bias",
        ["global_to_parameter/weight"] = "PerTensor/Layer0_RNN/Global/Affine/Matrix",
        ["global_to_parameter/bias"] = "PerTensor/Layer0_RNN/Global/Affine/Bias",
        ["global_to_tensor/weight"] = "PerTensor/Layer1_RNN/Affine/Matrix",
        ["global_to_tensor/bias"] = "PerTensor/Layer1_RNN/Affine/Bias",
        ["update/weight"] = "update_weights",
        ["scale_decay/weight"] = "scl_decay_weights",
        ["scale_decay/bias"] = "scl_decay_bias",
        ["input_decay/weight"] = "inp_decay_weights",
        ["input_decay/bias"] = "inp_decay_bias",
        ["learning_rate/weight"] = "learning_rate_weights",
        ["learning_rate/bias"] = "learning_rate_bias",
        ["gradient_shortcut/weight"] = "PerTensor/GradsToDelta/Matrix",
        ["learning_rate_momentum"] = "PerTensor/learning_rate_momentum_logit",
        ["step_offset"] = "PerTensor/param_stepsize_offset",
    };

    /// <summary>The published checkpoint.</summary>
    internal static readonly ForeignLayout Published = new(
        file => LayoutSizes.List("levels", _cells.Keys.Select(cell => file.Size(Theirs($"{cell}/initial"), ^1))),
        options => Registry.MakeLearned(options).PhiLayout.Shapes.Select(Part));

    private static ForeignPart Part(ParameterShape ours) => ForeignPart.Same(Theirs(ours.Name), ours.Name, ours.Name switch
    {
        "learning_rate_momentum" or "step_offset" => [],
        _ when ours.Name.EndsWith("/initial", StringComparison.Ordinal) => [1, .. ours.Shape],
        _ => ours.Shape,
    });

    // What the published files never have keeps our name, by which it will be missed.
    private static string Theirs(string ours)
    {
        if (_others.TryGetValue(ours, out var name))
        {
            return Root + name;
        }

        return ours.Split('/') is [var cell, var part] && _cells.TryGetValue(cell, out var theirs)
            ? Root + theirs + (part switch
            {
                "gates_weight" => "/gates/Affine/Matrix",
                "gates_bias" => "/gates/Affine/Bias",
                "candidate_weight" => "/candidate/Affine/Matrix",
                _ => "/candidate/Affine/Bias",
            })
            : ours;
    }
}
