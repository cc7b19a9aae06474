using L2O.Options;

namespace L2O.Optimizers;

/// <summary>Options of an update rule, and what must be known of the rule before it is made.</summary>
public interface IOptimizerOptions : IOptions
{
    /// <summary>Whether a step asks for gradients elsewhere than at theta.</summary>
    bool AsksForOtherGradients => false;
}
