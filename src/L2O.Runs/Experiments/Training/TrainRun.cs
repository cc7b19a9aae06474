using L2O.Checkpoints;
using L2O.Errors;
using L2O.MetaTraining;
using L2O.Runs;
using L2O.Runs.Tables;
using L2O.Storage;
using L2O.Tensors;
using Serilog;
using static TorchSharp.torch;

namespace L2O.Experiments.Training;

/// <summary>One meta-training, written to a run directory.</summary>
/// <param name="config">Lengths and validation.</param>
/// <param name="trainer">From <see cref="Composition.Trainer"/>.</param>
/// <param name="tensorOptions">Where phi is.</param>
/// <param name="directory">Where tables and checkpoints go, and where a run that goes on has left them.</param>
/// <param name="log">The run's log.</param>
/// <param name="clock">Measures seconds.</param>
public sealed class TrainRun(
    TrainConfig config,
    MetaTrainer trainer,
    TensorOptions tensorOptions,
    RunDirectory directory,
    ILogger log,
    TimeProvider clock)
{
    private readonly TrainCheckpoint _checkpoint = new(trainer.PhiLayout, config.Optimizer.Options, directory.Info);
    private readonly CheckpointFolder _checkpoints = new(directory.CheckpointsPath);
    private readonly RegularizerWatch _watch = new(config.Regularizer, log);
    private readonly long _started = clock.GetTimestamp();
    private double _secondsBefore;
    private double _savedAt;
    private HashSet<long> _formerEnds = [];

    /// <summary>Meta-iterations in all; a curriculum may end sooner.</summary>
    public long IterationCount => config.Meta.Iterations;

    private double Seconds => _secondsBefore + clock.GetElapsedTime(_started).TotalSeconds;

    /// <summary>Meta-trains to the end, from the last checkpoint where there is one.</summary>
    /// <param name="progress">Receives the meta-iterations done, and how the last validation went.</param>
    /// <param name="cancel">Checked before every step.</param>
    /// <returns>What it came to, the same for a run that was done before.</returns>
    /// <exception cref="DivergedException">Too many meta-gradients in a row were not finite.</exception>
    public TrainSummary Run(Action<long, string> progress, CancellationToken cancel)
    {
        var regularizer = Run(progress, until: null, cancel);
        var summary = TrainSummary.Of(directory.Path, config.Regularizer, regularizer);
        foreach (var sentence in summary.Sentences)
        {
            log.Information("{Sentence:l}", sentence);
        }

        _watch.CheckEnd(regularizer);
        if (!summary.HasHelped)
        {
            log.Warning("No validation was better than that of the untrained phi");
        }

        return summary;
    }

    /// <summary>As the other, but saves and ends where the tables have so many rows.</summary>
    internal RegularizerCalibration Run(Action<long, string> progress, RowCounts? until, CancellationToken cancel)
    {
        using var scope = NewDisposeScope();
        var (state, reached) = Begin();
        _watch.CheckSchedule(config.Meta.MostUnrolls);
        _formerEnds = reached is null && until is null ? [] : FormerEnds();
        using var tables = OpenTables.In(directory.Path, TrainCheckpoint.Tables, reached);
        _secondsBefore = RunTables.Meta.LastRowIn(directory.Path)?.Seconds ?? 0;
        _savedAt = _secondsBefore;
        var note = "";
        try
        {
            while (true)
            {
                if (until is not null && tables.Counts.Reach(until))
                {
                    Save(state, tables, _checkpoints.SaveLatest);
                    return state.Regularizer;
                }

                if (IsValidationDue(state))
                {
                    (state, note) = Validate(state, tables, cancel);
                    continue;
                }

                if (state.HasEnded || state.Iteration >= config.Meta.Iterations)
                {
                    progress(state.Iteration, note);
                    return state.Regularizer;
                }

                cancel.ThrowIfCancellationRequested();
                var before = state.Regularizer;
                (state, var reports) = trainer.Advance(state, cancel);
                _watch.CheckWeight(before, state.Regularizer);
                scope.DisposeEverythingBut(state.Tensors);
                Write(reports, state, tables);
                StopIfDiverged(state);
                if (Seconds - _savedAt >= config.CheckpointSeconds)
                {
                    Save(state, tables, _checkpoints.SaveLatest);
                }

                progress(state.Iteration, note);
            }
        }
        catch (OperationCanceledException)
        {
            Save(state, tables, _checkpoints.SaveLatest);
            throw;
        }
    }

    private (MetaTrainingState State, RowCounts? Reached) Begin()
    {
        if (_checkpoints.LoadLatest() is not { } found)
        {
            RequireNoRows();
            return (trainer.Start(), null);
        }

        if (found.Warning is { } warning)
        {
            log.Warning("{Warning}", warning);
        }

        var (state, reached) = _checkpoint.Read(found.Path, found.File, trainer, tensorOptions);
        if (config.Meta.Curriculum is { Stages.Count: var count } && state.Curriculum.Stage >= count)
        {
            throw new ConfigException(
                $"{found.Path}: is in stage {state.Curriculum.Stage}, counted from 0, of a curriculum that now has {count}; "
                + "name more meta.curriculum.stages or start a new run");
        }

        log.Information(
            "Going on at iteration {Iteration}, unroll {Unroll}{Reason}",
            state.Iteration,
            state.Unroll,
            _checkpoint.IsOfThisConfig(found.File) ? "" : ": under another config a meta-iteration begins anew");
        return (state, reached);
    }

    // A run saves its first checkpoint before its first unroll.
    private void RequireNoRows()
    {
        var path = RunTables.Meta.PathIn(directory.Path);
        var count = directory.IsForced || !File.Exists(path) ? 0 : RunTables.Meta.RowsIn(directory.Path).Count;
        if (count > 0)
        {
            throw new CheckpointException(
                $"{_checkpoints.LatestPath}: is missing, and to begin at 0 would drop the {count} rows of {path}; "
                + "put a checkpoint back, or begin at 0 all the same by --force");
        }
    }

    private bool IsValidationDue(MetaTrainingState state) =>
        state.Episodes.Count == 0 && state.Iteration != state.ValidatedIteration
        && (IsValidatedByRule(state.Iteration) || _formerEnds.Contains(state.Iteration));

    private bool IsValidatedByRule(long iteration) =>
        iteration % config.Validation.Every == 0 || iteration >= config.Meta.Iterations;

    // Where the run ended before it was extended: done again from before, it is validated there again.
    private HashSet<long> FormerEnds() => File.Exists(RunTables.Validation.PathIn(directory.Path))
        ? [.. RunTables.Validation.RowsIn(directory.Path).Select(row => row.Iteration).Where(at => !IsValidatedByRule(at))]
        : [];

    private (MetaTrainingState State, string Note) Validate(
        MetaTrainingState state, OpenTables tables, CancellationToken cancel)
    {
        // Nothing is written before it is over: a validation that is cancelled leaves no rows.
        var (next, scores, decision, opening) = trainer.Validate(state, config.Validation.Episodes, cancel);
        Write(state, scores, decision == CurriculumDecision.Save, tables);
        if (decision == CurriculumDecision.Save)
        {
            Save(next, tables, _checkpoints.SaveBest);
        }

        if (opening is not null)
        {
            log.Information(
                "Iteration {Iteration}: stage {Stage} begins, of {Steps} steps, from the best phi of the stage before",
                next.Iteration,
                next.Curriculum.Stage,
                config.Meta.StepsIn(next.Curriculum.Stage));
            Write(next, opening, isBest: true, tables);
        }

        if (decision == CurriculumDecision.Stop)
        {
            log.Information("Iteration {Iteration}: the curriculum ends in stage {Stage}", next.Iteration, next.Curriculum.Stage);
        }

        Save(next, tables, _checkpoints.SaveLatest);
        return (next, FormattableString.Invariant(
            $"validation {(opening ?? scores).Average(score => score.MeanFinalLoss):0.####}"));
    }

    private void Write(
        MetaTrainingState state, IReadOnlyList<ValidationScore> scores, bool isBest, OpenTables tables)
    {
        foreach (var score in scores)
        {
            tables.Append(RunTables.Validation, new ValidationRow(
                state.Iteration, state.Curriculum.Stage, score.Optimizee, score.MeanFinalLoss, isBest, Seconds));
            log.Information(
                "Iteration {Iteration}: {Optimizee} ends validation at {Loss}, from {Initial}{Best}",
                state.Iteration,
                score.Optimizee,
                score.MeanFinalLoss,
                score.MeanInitialLoss,
                isBest ? ", the best so far" : "");
        }

        if (config.Meta.Imitation is not null)
        {
            log.Information("{Imitations} of {Iteration} meta-iterations imitated a teacher", state.ImitationCount, state.Iteration);
        }
    }

    private void Save(MetaTrainingState state, OpenTables tables, Action<SafetensorsFile> save)
    {
        using var scope = NewDisposeScope();
        save(_checkpoint.Of(state, tables.Flush()));
        _savedAt = Seconds;
    }

    private void Write(IReadOnlyList<UnrollReport> reports, MetaTrainingState state, OpenTables tables)
    {
        foreach (var report in reports)
        {
            tables.Append(RunTables.Meta, RowOf(report, Seconds));
            _watch.CheckUnroll(report.Regularizer);
        }

        if (reports[0] is { Skipped: true } skipped)
        {
            log.Warning(
                "Iteration {Iteration}, unroll {Unroll}: the meta-gradient is not finite; this update is left out",
                skipped.Iteration,
                skipped.Unroll);
            if (config.Meta.OnDivergence == DivergencePolicy.Rollback)
            {
                log.Warning(
                    "Rollback {Count}: phi is again that of iteration {Iteration}, the meta learning rate {Factor} of the config's",
                    state.RollbackCount,
                    state.ValidatedIteration,
                    state.LearningRateFactor);
            }
        }
    }

    private void StopIfDiverged(MetaTrainingState state)
    {
        var limit = config.Meta.OnDivergence == DivergencePolicy.Stop ? 1 : config.Meta.SkippedLimit;
        if (state.SkippedInARow >= limit)
        {
            throw new DivergedException(
                $"{MetaGradients(state.SkippedInARow)} not finite, up to iteration {state.Iteration}; "
                + "lower meta.optimizer.learning_rate or set meta.clip_norm");
        }
    }

    private static MetaRow RowOf(UnrollReport report, double seconds) => new(
        report.Iteration,
        report.Unroll,
        report.Optimizee,
        report.MetaLoss,
        report.FinalLoss,
        report.Regularizer.Value,
        report.Regularizer.Share,
        report.GradientNorm,
        report.Skipped ? 1 : 0,
        report.Stage,
        report.Teacher,
        report.Rollbacks,
        seconds);

    private static string MetaGradients(int count) => count == 1 ? "the meta-gradient was" : $"{count} meta-gradients in a row were";
}
