using L2O.Options;
using L2O.Registration;

namespace L2O.Reports.Sources;

/// <summary>An optimizer of one comparison run, under the name that the page gives it.</summary>
/// <param name="Name">The same for those that are one arm, or one optimizer that several runs share.</param>
/// <param name="MetaSeed">Sets the trainings of an arm apart; null where there is one, or none.</param>
/// <param name="Run">That has its rows.</param>
/// <param name="Optimizer">What the rows call it.</param>
/// <param name="Training">The config of the training that made it; null where there was none, or it is not known.</param>
/// <param name="Kind">As the config has it.</param>
internal sealed record Entrant(
    string Name, long? MetaSeed, ReportedRun Run, string Optimizer, RunConfig? Training, string Kind)
{
    /// <summary>Whether it is what a training came to.</summary>
    internal bool IsTrained => Kind == "checkpoint";

    /// <summary>Whether nothing of it is learned, or to be learned.</summary>
    internal bool IsHandcrafted => Registry.Kinds(Family.HandcraftedOptimizer).ContainsKey(Kind);

    /// <summary>Optimizee steps that it was trained for; null where that is not known.</summary>
    internal int? Horizon => Training is null ? null : MetaHorizon.Of(Training);
}
