using System.Globalization;
using L2O.Errors;
using L2O.MetaTraining;
using L2O.Options;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Experiments;

/// <summary>Meta-training as a checkpoint file: phi by name, and all else that continues the run bit for bit.</summary>
/// <param name="layout">Of phi.</param>
/// <param name="optimizer">Options of the learned optimizer, written into every checkpoint.</param>
/// <param name="configSha256">Of the run's config.</param>
internal sealed class TrainCheckpoint(ParameterLayout layout, IOptions optimizer, string configSha256)
{
    private const string MetaOptimizer = "meta/";
    private const string Theta = "episode/theta";
    private const string Optimizer = "episode/optimizer/";
    private const string Memory = "episode/memory";

    /// <summary>The state to write; its tensors belong to the caller's scope.</summary>
    internal SafetensorsFile Of(MetaTrainingState state, TrainProgress progress)
    {
        List<(string, Tensor)> tensors =
        [
            .. layout.Shapes.Zip(layout.Split(state.Phi), (shape, part) => (CheckpointValues.PhiPrefix + shape.Name, part)),
            .. state.MetaOptimizer.Tensors.Select((tensor, i) => ($"{MetaOptimizer}{i}", tensor)),
        ];
        Dictionary<string, string> metadata = new()
        {
            ["format"] = CheckpointValues.Format,
            ["optimizer"] = ConfigWriter.ToJson(optimizer, Family.LearnedOptimizer, Registry.Kinds),
            ["config_sha256"] = configSha256,
            ["iteration"] = Text(state.Iteration),
            ["unroll"] = Text(state.Unroll),
            ["meta_steps"] = Text(state.MetaOptimizer.StepCount),
            ["reference"] = Text(state.Reference),
            ["skipped"] = Text(state.Skipped),
            ["skipped_in_a_row"] = Text(state.SkippedInARow),
            ["best_validation"] = Text(state.BestValidation),
            ["validated_iteration"] = Text(state.ValidatedIteration),
            ["meta_rows"] = Text(progress.MetaRows),
            ["validation_rows"] = Text(progress.ValidationRows),
        };
        if (state.Episode is { Optimizer: { } inner } episode)
        {
            tensors.Add((Theta, episode.Theta));
            tensors.AddRange(inner.Tensors.Select((tensor, i) => ($"{Optimizer}{i}", tensor)));
            tensors.AddRange(episode.Memory is { } memory ? [(Memory, memory)] : []);
            metadata["episode_step"] = Text(episode.Step);
            metadata["optimizer_steps"] = Text(inner.StepCount);
        }

        return new(tensors, metadata);
    }

    /// <summary>The state that a file holds, its tensors in the caller's scope.</summary>
    /// <exception cref="CheckpointException">It lacks something, or something has another shape.</exception>
    internal (MetaTrainingState State, TrainProgress Progress) Read(
        string path, SafetensorsFile file, MetaTrainer trainer, Placement placement)
    {
        using var scope = NewDisposeScope();
        var values = new CheckpointValues(path, file, placement);
        var state = trainer.Start() with
        {
            Iteration = values.Whole("iteration"),
            Unroll = (int)values.Whole("unroll"),
            Reference = values.Number("reference"),
            Skipped = values.Whole("skipped"),
            SkippedInARow = (int)values.Whole("skipped_in_a_row"),
            BestValidation = values.Number("best_validation"),
            ValidatedIteration = values.Whole("validated_iteration"),
            Phi = values.Phi(layout),
        };
        var index = 0;
        state = state with
        {
            MetaOptimizer = state.MetaOptimizer.Map(blank => values.Tensor($"{MetaOptimizer}{index++}", blank.shape))
                with
            { StepCount = values.Whole("meta_steps") },
            Episode = values.Has(Theta) ? Episode(values, trainer, state.Iteration) : null,
        };
        return (
            state.Map(tensor => tensor.MoveToOuterDisposeScope()),
            new(values.Whole("meta_rows"), values.Whole("validation_rows")));
    }

    private static UnrollState Episode(CheckpointValues values, MetaTrainer trainer, long iteration)
    {
        var (theta, optimizer) = trainer.StartEpisode(iteration);
        var index = 0;
        return new(
            values.Whole("episode_step"),
            values.Tensor(Theta, theta.shape),
            optimizer.Map(blank => values.Tensor($"{Optimizer}{index++}", blank.shape))
                with
            { StepCount = values.Whole("optimizer_steps") },
            values.Has(Memory) ? values.Tensor(Memory, theta.shape) : null);
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
