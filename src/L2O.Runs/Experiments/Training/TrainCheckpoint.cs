using L2O.Checkpoints;
using L2O.Errors;
using L2O.MetaTraining;
using L2O.Options;
using L2O.Registration;
using L2O.Storage;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Experiments.Training;

/// <summary>Meta-training as a checkpoint file: phi by name, and all else that continues the run bit for bit.</summary>
/// <param name="layout">Of phi.</param>
/// <param name="optimizer">Options of the learned optimizer, written into every checkpoint.</param>
/// <param name="configSha256">Of the run's config.</param>
internal sealed class TrainCheckpoint(ParameterLayout layout, IOptions optimizer, string configSha256)
{
    private const string MetaOptimizer = "meta";
    private const string ConfigSha256 = "config_sha256";
    private const string Stage = "stage";
    private const string Rollback = "rollback";

    /// <summary>The state to write; its tensors belong to the caller's scope.</summary>
    internal SafetensorsFile Of(MetaTrainingState state, TrainProgress progress)
    {
        CheckpointContents contents = new();
        foreach (var (shape, part) in layout.Shapes.Zip(layout.Split(state.Phi)))
        {
            contents.Add(CheckpointValues.PhiPrefix + shape.Name, part);
        }

        contents.Add("format", CheckpointValues.Format);
        contents.Add("optimizer", OptionsJson.Write(optimizer));
        contents.Add(ConfigSha256, configSha256);
        contents.Add("iteration", state.Iteration);
        contents.Add("unroll", state.Unroll);
        contents.Add("skipped", state.Skipped);
        contents.Add("skipped_in_a_row", state.SkippedInARow);
        contents.Add("best_validation", state.Curriculum.Best);
        contents.Add("validated_iteration", state.ValidatedIteration);
        contents.Add("stage", state.Curriculum.Stage);
        contents.Add("stage_validations", state.Curriculum.Validations);
        contents.Add("stage_has_improved", state.Curriculum.HasImproved ? 1 : 0);
        contents.Add("has_ended", state.HasEnded ? 1 : 0);
        contents.Add("imitations", state.ImitationCount);
        contents.Add("rollbacks", state.RollbackCount);
        contents.Add("learning_rate_factor", state.LearningRateFactor);
        contents.Add("meta_rows", progress.MetaRows);
        contents.Add("validation_rows", progress.ValidationRows);
        contents.Add(MetaOptimizer, state.MetaOptimizer);
        CheckpointContents.AddAll(state.TeacherMoments, TeacherMoments, contents.Add);
        CheckpointContents.AddAll(state.Episodes, Episode, contents.Add);
        if (state.StageBest is { } best)
        {
            contents.Add($"{Stage}/phi", best.Phi);
            contents.Add($"{Stage}/meta", best.MetaOptimizer);
        }

        if (state.RollbackPoint is { } point)
        {
            contents.Add($"{Rollback}/phi", point.Phi);
            contents.Add($"{Rollback}/meta", point.MetaOptimizer);
            CheckpointContents.AddAll(point.TeacherMoments, i => $"{Rollback}/{TeacherMoments(i)}", contents.Add);
        }

        return contents.ToFile();
    }

    /// <summary>Whether a file was saved under this config.</summary>
    internal bool IsOfThisConfig(SafetensorsFile file) => file.Metadata.GetValueOrDefault(ConfigSha256) == configSha256;

    /// <summary>
    /// The state that a file holds, its tensors in the caller's scope. A file of another config is between meta-iterations:
    /// where it was inside one, unrolls and optimizees need not fit this config's.
    /// </summary>
    /// <exception cref="CheckpointException">It lacks something, or something has another shape.</exception>
    internal (MetaTrainingState State, TrainProgress Progress) Read(
        string path, SafetensorsFile file, MetaTrainer trainer, TensorOptions tensorOptions)
    {
        using var scope = NewDisposeScope();
        var values = new CheckpointValues(path, file, tensorOptions);
        var blank = trainer.Start();
        var isInside = IsOfThisConfig(file) && values.HasEpisode(Episode(0));
        var state = blank with
        {
            Phi = values.Phi(layout),
            MetaOptimizer = values.State(MetaOptimizer, blank.MetaOptimizer),
            TeacherMoments = [.. blank.TeacherMoments.Select((moments, i) => values.State(TeacherMoments(i), moments))],
            Iteration = values.Whole("iteration"),
            Unroll = isInside ? (int)values.Whole("unroll") : 0,
            Skipped = values.Whole("skipped"),
            SkippedInARow = (int)values.Whole("skipped_in_a_row"),
            ValidatedIteration = values.Whole("validated_iteration"),
            Curriculum = new(
                (int)values.Whole("stage"),
                values.Number("best_validation"),
                (int)values.Whole("stage_validations"),
                values.Whole("stage_has_improved") != 0),
            StageBest = values.Has($"{Stage}/phi")
                ? new(
                    values.Tensor($"{Stage}/phi", blank.Phi.shape),
                    values.State($"{Stage}/meta", blank.MetaOptimizer))
                : null,
            HasEnded = values.Whole("has_ended") != 0,
            ImitationCount = values.Whole("imitations"),
            RollbackPoint = values.Has($"{Rollback}/phi")
                ? new(
                    values.Tensor($"{Rollback}/phi", blank.Phi.shape),
                    values.State($"{Rollback}/meta", blank.MetaOptimizer),
                    [.. blank.TeacherMoments.Select((moments, i) => values.State($"{Rollback}/{TeacherMoments(i)}", moments))])
                : null,
            RollbackCount = values.Whole("rollbacks"),
            LearningRateFactor = values.Number("learning_rate_factor"),
        };
        state = state with
        {
            Episodes = isInside
                ? [.. trainer.BlankEpisodes(state).Select((episode, i) => values.Episode(Episode(i), episode))]
                : [],
        };
        return (
            state.Map(tensor => tensor.alias().MoveToOuterDisposeScope()),
            ProgressOf(values));
    }

    /// <summary>How many rows the tables had then.</summary>
    /// <exception cref="CheckpointException">The file does not say.</exception>
    internal static TrainProgress ProgressOf(CheckpointValues values) =>
        new(values.Whole("meta_rows"), values.Whole("validation_rows"));

    private static string TeacherMoments(int index) => $"teacher/{index}";

    private static string Episode(int index) => $"episode/{index}";
}
