using L2O.Options;

namespace L2O.Optimizers;

/// <summary>How a learning rate goes on after its warm-up.</summary>
public enum ScheduleKind
{
    /// <summary>It stays.</summary>
    Constant,

    /// <summary>It falls as half a wave of the cosine does: slowly, fast, slowly.</summary>
    Cosine,

    /// <summary>It falls in a straight line.</summary>
    Linear,
}

/// <summary>How a learning rate changes along a run.</summary>
public sealed record ScheduleOptions : IOptions
{
    /// <summary>What follows the warm-up; cosine and linear fall to `final` at the end of the run.</summary>
    public ScheduleKind Kind { get; init; }

    /// <summary>Steps in which the learning rate rises to all of itself, in a straight line: the first has one part in so many.</summary>
    public int Warmup { get; init; }

    /// <summary>Share of the learning rate that cosine and linear fall to.</summary>
    public double Final { get; init; }

    /// <summary>
    /// Steps of the run. Where absent, those of the evaluation, and in meta-training of the longest meta-iteration; a meta-optimizer
    /// has no such number, and needs it where its rate falls.
    /// </summary>
    public int? Steps { get; init; }

    /// <summary>Whether the learning rate stays what it is.</summary>
    internal bool IsFlat => Kind == ScheduleKind.Constant && Warmup <= 0;

    /// <summary>Whether it takes the length of a run that is not known.</summary>
    internal bool LacksSteps => Kind != ScheduleKind.Constant && Steps is null;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems() =>
    [
        .. Require.AtLeast("warmup", Warmup, 0), .. Require.NotNegative("final", Final),
        .. Steps is { } steps ? Require.AtLeast("steps", steps, 1) : [],
        .. Require.That(
            Kind == ScheduleKind.Constant || Steps is null || Warmup < Steps,
            "warmup",
            $"is {Warmup}; choose less than steps ({Steps})"),
    ];

    /// <summary>What the learning rate is multiplied by at a step.</summary>
    /// <param name="step">From 0.</param>
    /// <exception cref="InvalidOperationException">It depends on the length of the run, and nobody said it.</exception>
    public double FactorAt(long step)
    {
        if (step < Warmup)
        {
            return (step + 1) / (double)Warmup;
        }

        if (Kind == ScheduleKind.Constant)
        {
            return 1;
        }

        var end = Steps
            ?? throw new InvalidOperationException("schedule.steps is missing, which a learning rate that falls needs; name the steps of the run");
        var share = Math.Min(1, (step - Warmup) / (double)Math.Max(1, end - Warmup));
        var left = Kind == ScheduleKind.Linear ? 1 - share : (1 + Math.Cos(Math.PI * share)) / 2;
        return Final + ((1 - Final) * left);
    }
}
