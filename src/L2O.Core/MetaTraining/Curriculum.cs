using L2O.Options;

namespace L2O.MetaTraining;

/// <summary>
/// Longer and longer meta-iterations: a stage lasts while validations improve, then the best phi of the stage goes on to
/// the next (Chen et al. 2020, arXiv 2010.09089).
/// </summary>
public sealed record CurriculumOptions : IOptions
{
    /// <summary>Optimizee steps of a meta-iteration in each stage; take the place of `steps`.</summary>
    public IReadOnlyList<int> Stages { get; init; } = [100, 200, 500, 1000, 1500, 2000, 2500, 3000];

    /// <summary>Validations that a stage has at least.</summary>
    public int Validations { get; init; } = 3;

    /// <summary>Takes the meta-optimizer back to the stage's best too, not only phi.</summary>
    public bool RestoreMetaOptimizer { get; init; }

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems() =>
        [.. Require.AtLeast("validations", Validations, 1), .. Require.NotEmpty("stages", Stages)];
}

/// <summary>Where a curriculum stands after a validation.</summary>
/// <param name="Stage">From 0.</param>
/// <param name="Best">The lowest score of the stage.</param>
/// <param name="Validations">In this stage, without the one that it began with.</param>
/// <param name="HasImproved">Whether one of them was the best until then.</param>
public sealed record CurriculumState(
    int Stage = 0, double Best = double.PositiveInfinity, int Validations = 0, bool HasImproved = false);

/// <summary>What follows from a validation.</summary>
public enum CurriculumDecision
{
    /// <summary>Nothing: the stage goes on.</summary>
    Continue,

    /// <summary>This phi is the best of its stage.</summary>
    Save,

    /// <summary>The next stage begins, from the best phi of this one.</summary>
    Advance,

    /// <summary>Meta-training ends: the last stage is over, or a stage brought nothing.</summary>
    Stop,
}

/// <summary>The rule by which stages follow one another.</summary>
internal static class Curriculum
{
    /// <summary>The state and the decision after one more validation.</summary>
    /// <param name="state">Before it.</param>
    /// <param name="score">Lower is better; one that is not a number is never the best.</param>
    /// <param name="options">Null for a single stage that never ends by itself.</param>
    public static (CurriculumState State, CurriculumDecision Decision) Decide(
        CurriculumState state, double score, CurriculumOptions? options)
    {
        var next = state with { Validations = state.Validations + 1 };
        if (score < state.Best)
        {
            return (next with { Best = score, HasImproved = true }, CurriculumDecision.Save);
        }

        if (options is null || next.Validations < options.Validations)
        {
            return (next, CurriculumDecision.Continue);
        }

        return next.HasImproved && next.Stage + 1 < options.Stages.Count
            ? (new(next.Stage + 1), CurriculumDecision.Advance)
            : (next, CurriculumDecision.Stop);
    }

    /// <summary>A stage at its start, once phi has been validated over its length.</summary>
    /// <param name="state">From <see cref="Decide"/>, or of the first stage.</param>
    /// <param name="score">What every later score of the stage must beat.</param>
    /// <remarks>The first stage, which begins untrained, may be slow to improve and still leads to the next.</remarks>
    public static CurriculumState BeginStage(CurriculumState state, double score) => new(
        state.Stage, double.IsNaN(score) ? double.PositiveInfinity : score, HasImproved: state.Stage == 0);

    /// <summary>Optimizee steps of validation in a stage: those of the next one, which phi has to be good at by then.</summary>
    public static int ValidationSteps(CurriculumOptions options, int stage) =>
        options.Stages[Math.Min(stage + 1, options.Stages.Count - 1)];
}
