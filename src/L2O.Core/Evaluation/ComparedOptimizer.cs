using L2O.Optimizers;

namespace L2O.Evaluation;

/// <summary>An optimizer in a comparison, with the settings that tuning chooses from.</summary>
/// <param name="Name">As tables spell it.</param>
/// <param name="Settings">At least one; with more, Validation chooses.</param>
public sealed record ComparedOptimizer(string Name, IReadOnlyList<Setting> Settings);

/// <summary>One setting of an optimizer.</summary>
/// <param name="Label">What distinguishes it from the others, for instance "learning_rate=0.001".</param>
/// <param name="Edges">Keys of which it has the grid's smallest or largest value.</param>
/// <param name="Optimizer">The rule.</param>
public sealed record Setting(string Label, IReadOnlyList<string> Edges, IOptimizer Optimizer);
