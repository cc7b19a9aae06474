using L2O.Options;

namespace L2O.Optimizers;

/// <summary>Options of a rule whose updates are proportional to a learning rate.</summary>
public abstract record LearningRateOptions : IOptimizerOptions
{
    /// <summary>Options with a default.</summary>
    protected LearningRateOptions(double learningRate) => LearningRate = learningRate;

    /// <summary>Step size.</summary>
    public double LearningRate { get; init; }

    /// <summary>How the learning rate changes along a run.</summary>
    public ScheduleOptions Schedule { get; init; } = new();

    /// <inheritdoc/>
    public virtual IEnumerable<OptionProblem> Problems() => Require.Positive("learning_rate", LearningRate);

    /// <summary>Options for runs of a length: a schedule that does not say its own has this one. Others are left as they are.</summary>
    public static T For<T>(T options, int steps)
        where T : IOptions => options is LearningRateOptions { Schedule: { LacksSteps: true } schedule } rate
            ? (T)(IOptions)(rate with { Schedule = schedule with { Steps = steps } })
            : options;

    /// <summary>A rule that was made for the learning rate, under the schedule.</summary>
    public IOptimizer Scheduled(IOptimizer rule) => Schedule.IsFlat ? rule : new ScaledUpdates(Schedule.FactorAt, rule);
}
