using L2O.Checkpoints;
using L2O.Errors;
using L2O.MetaTraining;
using L2O.Options;
using L2O.Registration;
using L2O.Runs;
using L2O.Runs.Tables;
using L2O.Storage;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Experiments.Training;

/// <summary>Meta-training as a checkpoint file: phi by name, and all else that continues the run bit for bit.</summary>
/// <param name="layout">Of phi.</param>
/// <param name="optimizer">Options of the learned optimizer, written into every checkpoint.</param>
/// <param name="run">Names the run's config.</param>
internal sealed class TrainCheckpoint(ParameterLayout layout, IOptions optimizer, RunInfo run)
{
    /// <summary>The tables whose rows a checkpoint counts.</summary>
    internal static readonly IReadOnlyList<Table> Tables = [RunTables.Meta, RunTables.Validation];

    /// <summary>Names the config that a file was saved under.</summary>
    internal const string ConfigSha256 = "config_sha256";

    private const string MetaOptimizer = "meta";
    private const string BestValidation = "best_validation";
    private const string Episodes = "episodes";
    private const string Slots = "slots";

    // Stored by hand, under the names that others rely on.
    private static readonly string[] _named = [nameof(MetaTrainingState.Phi), nameof(MetaTrainingState.MetaOptimizer)];

    /// <summary>The state to write; its tensors belong to the caller's scope.</summary>
    internal SafetensorsFile Of(MetaTrainingState state, RowCounts rows)
    {
        CheckpointContents contents = new();
        foreach (var (shape, part) in layout.Shapes.Zip(layout.Split(state.Phi)))
        {
            contents.Add(CheckpointKeys.PhiPrefix + shape.Name, part);
        }

        contents.Add(CheckpointKeys.Format, CheckpointKeys.FormatValue);
        contents.Add(CheckpointKeys.Version, RunVersions.Program);
        contents.Add(CheckpointKeys.Optimizer, OptionsJson.Write(optimizer));
        contents.Add(ConfigSha256, run.ConfigSha256);
        contents.Add(BestValidation, state.Curriculum.Best);
        contents.Add(MetaOptimizer, state.MetaOptimizer);
        contents.AddRecord("", state, _named);
        foreach (var table in Tables)
        {
            contents.Add(RowsOf(table), rows[table]);
        }

        return contents.ToFile();
    }

    /// <summary>Whether a file was saved under this config, or one that this one extends.</summary>
    internal bool IsOfThisConfig(SafetensorsFile file) => run.IsOfConfig(file.Metadata.GetValueOrDefault(ConfigSha256));

    /// <summary>
    /// The state that a file holds, its tensors in the caller's scope. A file of another config is between meta-iterations:
    /// where it was inside one, unrolls and optimizees need not fit this config's. Nor need what was measured of the
    /// regularizer, so that a share is found anew.
    /// </summary>
    /// <exception cref="CheckpointException">It lacks something, or something has another shape.</exception>
    internal (MetaTrainingState State, RowCounts Rows) Read(
        string path, SafetensorsFile file, MetaTrainer trainer, TensorOptions tensorOptions)
    {
        using var scope = NewDisposeScope();
        CheckpointValues values = new(path, file, tensorOptions);
        var state = values.Record(
            "", Template(trainer), [.. _named, nameof(MetaTrainingState.Episodes), nameof(MetaTrainingState.Slots)]);
        state = state with
        {
            Phi = values.Phi(layout),
            MetaOptimizer = values.State(MetaOptimizer, state.MetaOptimizer),
        };
        state = IsOfThisConfig(file)
            ? Inside(state, values, trainer)
            : state with { Unroll = 0, Regularizer = new([], Weight: null) };
        return (state.Map(tensor => tensor.alias().MoveToOuterDisposeScope()), RowsIn(values));
    }

    /// <summary>How many rows the tables had then.</summary>
    /// <exception cref="CheckpointException">The file does not say.</exception>
    internal static RowCounts RowsIn(CheckpointValues values) => RowCounts.Of(Tables, table => values.Whole(RowsOf(table)));

    private static MetaTrainingState Inside(MetaTrainingState state, CheckpointValues values, MetaTrainer trainer)
    {
        long InstanceOf(int task) => values.Whole($"{Slots}/{task}/instance");
        return state switch
        {
            { Slots.Count: > 0 and var count } => state with
            {
                Slots = values.List(
                    Slots, trainer.BlankSlots([.. Enumerable.Range(0, count).Select(InstanceOf)], state.Phi)),
            },
            _ when values.Whole(Episodes) > 0 => state with { Episodes = values.List(Episodes, trainer.BlankEpisodes(state)) },
            _ => state with { Unroll = 0 },
        };
    }

    // With every part that may be there.
    private static MetaTrainingState Template(MetaTrainer trainer)
    {
        var start = trainer.Start();
        return start with
        {
            StageBest = new(start.Phi, start.MetaOptimizer),
            RollbackPoint = new(start.Phi, start.MetaOptimizer, start.TeacherMoments),
        };
    }

    private static string RowsOf(Table table) => $"{table.Name}_rows";
}
