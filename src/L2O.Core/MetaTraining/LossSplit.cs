using System.Text.Json;

namespace L2O.MetaTraining;

/// <summary>The training examples that the meta-loss looks at, and those that the optimizee is trained on.</summary>
public enum LossSplit
{
    /// <summary>All, for both.</summary>
    Train,

    /// <summary>A fifth, drawn for each instance, that is not trained on.</summary>
    HeldOut,

    /// <summary>Those trained on, beside such a fifth that nothing looks at: to compare held_out with.</summary>
    Rest,
}

/// <summary>What is said where nothing can be held out.</summary>
internal static class LossSplits
{
    /// <summary>Follows the key meta.loss_split.</summary>
    /// <param name="split">Other than train.</param>
    /// <param name="optimizee">Its name.</param>
    internal static string NothingToHoldOut(LossSplit split, string optimizee) =>
        $"is {JsonNamingPolicy.SnakeCaseLower.ConvertName($"{split}")}, and {optimizee} has fewer than 5 training examples to hold "
        + "a fifth of out (a formula has none); choose train, or networks with more";
}
