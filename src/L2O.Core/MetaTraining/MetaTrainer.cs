using L2O.Errors;
using L2O.Flatness;
using L2O.Optimizees;
using L2O.Optimizers;
using L2O.Randomness;
using L2O.Runtime;
using L2O.Tensors;
using TorchSharp;

namespace L2O.MetaTraining;

/// <summary>Meta-trains a learned optimizer: one call of <see cref="Advance"/> is one unroll and one update of phi.</summary>
/// <param name="optimizer">What is trained.</param>
/// <param name="metaOptimizer">What turns meta-gradients into updates of phi.</param>
/// <param name="optimizees">The distribution of optimizees.</param>
/// <param name="regularizer">
/// Prefers flat places; null for none. One that targets the optimizee excludes second derivatives and evolution strategies,
/// and one that is to have a share excludes the latter.
/// </param>
/// <param name="teachers">Optimizers to imitate in turn, where the options ask for it.</param>
/// <param name="options">Lengths, meta-loss, clipping.</param>
/// <param name="streams">The run's random numbers.</param>
/// <param name="tensorOptions">Where phi is.</param>
/// <param name="workers">
/// Run a meta-iteration's tasks, the perturbed runs in each, and a validation's episodes; only time depends on them.
/// </param>
public sealed class MetaTrainer(
    ILearnedOptimizer optimizer,
    IOptimizer metaOptimizer,
    IReadOnlyList<WeightedOptimizee> optimizees,
    Regularizer? regularizer,
    IReadOnlyList<Teacher> teachers,
    MetaOptions options,
    RandomStreams streams,
    TensorOptions tensorOptions,
    Workers workers)
{
    private readonly MetaTask _task = new(
        optimizer,
        [.. optimizees.Select(entry => entry with { Optimizee = InTraining(entry, options, tensorOptions) })],
        Checked(regularizer, options),
        options,
        streams,
        workers);

    private readonly Validation _validation = new(optimizer, optimizees, streams, workers);
    private readonly StageControl _stages = new(options);
    private readonly TaskSlots _slots = new(options);

    /// <summary>The parameters phi.</summary>
    public ParameterLayout PhiLayout => optimizer.PhiLayout;

    /// <summary>Phi at the start, [P]; null for what the optimizer draws.</summary>
    public IReadOnlyList<double>? InitialPhi { get; init; }

    /// <summary>Meta-training before its first unroll; its tensors belong to the caller's scope.</summary>
    public MetaTrainingState Start()
    {
        using var work = NumericWork.Begin();
        var phi = tensorOptions.Convert(
            InitialPhi is { } trained ? torch.tensor(trained.ToArray()) : optimizer.InitialPhi(streams.At("phi")));
        RuleState Moments() => metaOptimizer.Init(optimizer.PhiLayout, phi, streams.At("meta_optimizer"));
        var hasOwnMoments = options.Imitation is { SharedMoments: false };
        return new MetaTrainingState(phi, Moments())
        {
            TeacherMoments = [.. hasOwnMoments ? teachers.Select(_ => Moments()) : []],
            Slots = _slots.Start(),
        }.Map(tensor => tensor.MoveToOuterDisposeScope());
    }

    /// <summary>One unroll of each of the meta-iteration's optimizees, and the update of phi that follows from them.</summary>
    /// <param name="state">From <see cref="Start"/> or the previous call; left as it was.</param>
    /// <param name="cancel">Checked before every step.</param>
    /// <returns>The next state, its tensors in the caller's scope, and what happened to each optimizee.</returns>
    public (MetaTrainingState State, IReadOnlyList<UnrollReport> Reports) Advance(
        MetaTrainingState state, CancellationToken cancel = default)
    {
        using var work = NumericWork.Begin();
        var iteration = IterationOf(state);
        var teacher = TeacherOf(state, iteration);
        var results = workers.Map(
            [.. Enumerable.Range(0, options.Tasks)],
            (task, stop) => RunTask(state, task, iteration, teacher, stop),
            cancel);
        foreach (var result in results)
        {
            result.Map(tensor => tensor.MoveToOtherDisposeScope(work.Scope));
        }

        var isSkipped = !results.All(result => result.IsFinite);
        var next = (isSkipped, options.Staggered) switch
        {
            (true, false) => GiveUp(state, teacher),
            (false, false) => Carry(Measure(Update(state, results, teacher), results), results, iteration, teacher),
            (true, true) => CarrySlots(Skip(state), results, iteration),
            (false, true) => CarrySlots(Measure(Update(state, results, teacher), results), results, iteration),
        };
        UnrollReport[] reports =
            [.. results.Select(result => Report(state, result, isSkipped, teacher, next.RollbackCount))];
        return (next.Map(tensor => tensor.alias().MoveToOuterDisposeScope()), reports);
    }

    /// <summary>
    /// The meta-iteration's optimizees in the shapes that a checkpoint inside it has, with values that it is to replace; in
    /// the caller's scope.
    /// </summary>
    /// <param name="state">Says which meta-iteration.</param>
    internal IReadOnlyList<EpisodeState> BlankEpisodes(MetaTrainingState state)
    {
        using var work = NumericWork.Begin();
        var teacher = TeacherOf(state, IterationOf(state));
        return
        [
            .. Enumerable.Range(0, options.Tasks)
                .Select(task => _task.Blank(InstanceOf(state, task), teacher, state.Phi)
                    .Map(tensor => tensor.MoveToOuterDisposeScope())),
        ];
    }

    /// <summary>Staggered tasks in the shapes that a checkpoint has, with values that it is to replace; in the caller's scope.</summary>
    /// <param name="instances">Where the tasks are.</param>
    /// <param name="phi">[P].</param>
    internal IReadOnlyList<TaskSlot> BlankSlots(IReadOnlyList<long> instances, torch.Tensor phi)
    {
        using var work = NumericWork.Begin();
        return
        [
            .. instances.Select(instance => new TaskSlot(instance, _task.Blank(instance, teacher: null, phi))
                .Map(tensor => tensor.MoveToOuterDisposeScope())),
        ];
    }

    /// <summary>
    /// Validates phi from fixed starts on fixed minibatches, and says how meta-training goes on. Where the next stage opens,
    /// the phi that it begins from is validated too, over the stage's own length.
    /// </summary>
    /// <param name="state">Between meta-iterations; left as it was.</param>
    /// <param name="episodes">Episodes for each optimizee.</param>
    /// <param name="cancel">Checked before every step.</param>
    public ValidationResult Validate(MetaTrainingState state, int episodes, CancellationToken cancel)
    {
        using var work = NumericWork.Begin();
        var scores = Scores(state, episodes, cancel);
        var isFirst = state.ValidatedIteration < 0;
        var (next, decision) = isFirst
            ? (_stages.BeginStage(state, MeanChange(scores)), CurriculumDecision.Save)
            : _stages.Decide(state, MeanChange(scores));
        IReadOnlyList<ValidationScore>? opening = null;
        if (decision == CurriculumDecision.Advance)
        {
            opening = Scores(next, episodes, cancel);
            next = _stages.BeginStage(next, MeanChange(opening));
        }

        return new(next.Map(tensor => tensor.alias().MoveToOuterDisposeScope()), scores, decision, opening);
    }

    private IReadOnlyList<ValidationScore> Scores(MetaTrainingState state, int episodes, CancellationToken cancel) =>
        _validation.Scores(state.Phi, options.ValidationStepsIn(state.Curriculum.Stage), episodes, cancel);

    // Optimizees of different scales count alike; NaN is never below anything.
    private static double MeanChange(IReadOnlyList<ValidationScore> scores) => scores.Average(score => score.Change);

    private MetaIteration IterationOf(MetaTrainingState state) =>
        MetaIteration.At(options, state.Curriculum.Stage, streams.At("iteration", state.Iteration));

    private Teacher? TeacherOf(MetaTrainingState state, MetaIteration iteration) =>
        iteration.IsImitation ? teachers[TeacherIndex(state)] : null;

    private int TeacherIndex(MetaTrainingState state) => (int)(state.ImitationCount % teachers.Count);

    private long InstanceOf(MetaTrainingState state, int task) => (state.Iteration * options.Tasks) + task;

    // Its tensors belong to no scope: scopes belong to a thread, and the caller's may be another.
    private MetaTaskResult RunTask(
        MetaTrainingState state, int task, MetaIteration iteration, Teacher? teacher, CancellationToken cancel)
    {
        using var work = NumericWork.Begin();
        var (instance, unroll, start) = options.Staggered
            ? (state.Slots[task].Instance, _slots.UnrollOf(task, state.Unroll), state.Slots[task].Episode)
            : (InstanceOf(state, task), state.Unroll, state.Episodes.Count > 0 ? state.Episodes[task] : null);
        var weight = regularizer is null || state.Iteration < regularizer.Options.Start
            ? 0
            : state.Regularizer.WeightUnder(regularizer.Options);
        return _task.Run(instance, iteration, unroll, teacher, state.Phi, weight, start, cancel)
            .Map(tensor => tensor.DetachFromDisposeScope());
    }

    private static UnrollReport Report(
        MetaTrainingState state, MetaTaskResult result, bool isSkipped, Teacher? teacher, long rollbacks) => new(
            state.Iteration,
            state.Unroll,
            result.Optimizee,
            result.MetaLoss,
            result.FinalLoss,
            result.Regularizer,
            result.MetaGradientNorm,
            isSkipped,
            state.Curriculum.Stage,
            teacher?.Name,
            rollbacks);

    private MetaTrainingState Update(MetaTrainingState state, MetaTaskResult[] results, Teacher? teacher)
    {
        var sum = results.Select(result => result.MetaGradient).Aggregate((total, gradient) => total + gradient);
        var gradient = new ConstantGradient(MetaGradient.Clip(sum / results.Length, options));
        var index = TeacherIndexOrNone(state, teacher);
        var moments = index < 0 ? state.MetaOptimizer : state.TeacherMoments[index];
        var (update, next) = metaOptimizer.Step(gradient, state.Phi, moments);
        var rate = options.RateAt(state.Iteration) * state.LearningRateFactor;
        return state with
        {
            Phi = state.Phi + (rate == 1 ? update : update * rate),
            MetaOptimizer = index < 0 ? next : state.MetaOptimizer,
            TeacherMoments = [.. state.TeacherMoments.Select((old, i) => i == index ? next : old)],
            SkippedInARow = 0,
        };
    }

    // An update that is left out measures nothing: its gradients are those of a divergence.
    private MetaTrainingState Measure(MetaTrainingState state, MetaTaskResult[] results) => regularizer is null
        ? state
        : state with
        {
            Regularizer = state.Regularizer.With(
                results.Select(result => result.Regularizer.Ratio).OfType<double>(), regularizer.Options),
        };

    private int TeacherIndexOrNone(MetaTrainingState state, Teacher? teacher) =>
        teacher is not null && state.TeacherMoments.Count > 0 ? TeacherIndex(state) : -1;

    private MetaTrainingState Carry(
        MetaTrainingState state, MetaTaskResult[] results, MetaIteration iteration, Teacher? teacher) =>
        state.Unroll + 1 < iteration.Lengths.Count && !results.Any(IsAboveLimit)
            ? state with { Unroll = state.Unroll + 1, Episodes = [.. results.Select(result => result.End)] }
            : NextIteration(state, teacher);

    private bool IsAboveLimit(MetaTaskResult result) => options.EndAbove > 0
        && result.FinalLoss >= result.End.Reference + ((options.EndAbove - 1) * Math.Abs(result.End.Reference));

    private MetaTrainingState CarrySlots(MetaTrainingState state, MetaTaskResult[] results, MetaIteration iteration)
    {
        var slots = _slots.Next(
            state.Slots,
            state.Unroll,
            [.. results.Select(result => result.IsFinite && !IsAboveLimit(result) ? result.End : null)]);
        return (state.Unroll + 1 < iteration.Lengths.Count
            ? state with { Unroll = state.Unroll + 1 }
            : NextIteration(state, teacher: null)) with
        { Slots = slots };
    }

    // Instances on which numbers left their range are given up: the next ones start afresh.
    private MetaTrainingState GiveUp(MetaTrainingState state, Teacher? teacher) => Skip(NextIteration(state, teacher));

    private MetaTrainingState Skip(MetaTrainingState state) => RollBack(state) with
    {
        Skipped = state.Skipped + 1,
        SkippedInARow = state.SkippedInARow + 1,
    };

    // Every rule's update is proportional to its learning rate, so lowering the one is scaling the other.
    private MetaTrainingState RollBack(MetaTrainingState state) => state.RollbackPoint is { } point
        ? state with
        {
            Phi = point.Phi,
            MetaOptimizer = point.MetaOptimizer,
            TeacherMoments = point.TeacherMoments,
            LearningRateFactor = state.LearningRateFactor * options.RollbackFactor,
            RollbackCount = state.RollbackCount + 1,
        }
        : state;

    private static MetaTrainingState NextIteration(MetaTrainingState state, Teacher? teacher) => state with
    {
        Iteration = state.Iteration + 1,
        Unroll = 0,
        Episodes = [],
        ImitationCount = state.ImitationCount + (teacher is null ? 0 : 1),
    };

    private static Regularizer? Checked(Regularizer? regularizer, MetaOptions options)
    {
        var isOfOptimizee = regularizer is { Options.Target: RegularizerTarget.Optimizee };
        var isForward = options.Estimator != MetaGradientEstimator.TruncatedBptt;
        return (isOfOptimizee, isForward) switch
        {
            (true, _) when options.SecondDerivatives =>
                throw new ArgumentException("of the optimizee, which second derivatives do not go through", nameof(regularizer)),
            (true, true) => throw new ArgumentException("of the optimizee, and evolution strategies do not know it", nameof(regularizer)),
            (_, true) when regularizer is { Options.Share: not null } => throw new ArgumentException(
                "has a share, which is measured from gradients, and evolution strategies have none of it", nameof(regularizer)),
            _ => regularizer,
        };
    }

    private static IOptimizee InTraining(WeightedOptimizee entry, MetaOptions options, TensorOptions tensorOptions)
    {
        var optimizee = options.LossSplit == LossSplit.Train
            ? entry.Optimizee
            : entry.Optimizee.HoldingOut()
                ?? throw new ConfigException($"meta.loss_split {LossSplits.NothingToHoldOut(options.LossSplit, entry.Name)}");
        return options.Scaling is { } scaling ? new RandomlyScaledOptimizee(optimizee, scaling, tensorOptions) : optimizee;
    }
}
