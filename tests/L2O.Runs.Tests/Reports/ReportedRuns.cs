using System.Text;
using L2O.Runs;
using L2O.Runs.Sweeps;
using L2O.Runs.Tables;
using L2O.Tests.Experiments.Training;
using L2O.Tests.Support;

namespace L2O.Tests.Reports;

/// <summary>Directories of runs that never ran, with tables as such runs leave them.</summary>
internal sealed class ReportedRuns : IDisposable
{
    internal const int Steps = 200;
    internal const int Horizon = 100;

    // Meta-seeds of a sweep with numbers of their own; others have theirs again.
    private const int Made = 3;

    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, IDisposable> _locks = [];

    internal string Root => _folder.Root;

    public void Dispose()
    {
        foreach (var directory in _locks.Keys.ToArray())
        {
            Kill(directory);
        }

        _folder.Dispose();
    }

    /// <summary>Ends the process at work on a run, which says nothing of it.</summary>
    internal void Kill(string directory)
    {
        if (_locks.Remove(directory, out var held))
        {
            held.Dispose();
        }
    }

    internal string At(string name) => _folder.File(name);

    /// <summary>A training whose loss on Validation goes from 2 to 0.5 + seed / 100, and up again.</summary>
    internal string Train(string directory, long seed, RunStatus status = RunStatus.Completed, string name = "learn", bool withRows = true)
    {
        Describe(directory, "train", name, seed, status, $$"""
            name: {{name}}
            seed: {{seed}}
            optimizer: {kind: dm, hidden: [20]}
            optimizees:
              - {name: null, weight: 1, kind: mlp, hidden: [20], activation: sigmoid}
            meta: {iterations: 40, steps: {{Horizon}}, unroll: 20, random_unroll: null, curriculum: null}
            regularizer: {kind: hessian_ev, share: 0.1}
            """);
        if (withRows)
        {
            RunTables.Meta.Write(At(directory), Enumerable.Range(0, 40).Select(i => new MetaRow(
                i, 0, "mlp", 2.0 / (1 + i) + (seed * 0.01), 1, 0.2, 0.1, 1 + (i % 3), i == 7 ? 1 : 0, 0, null, 0, i)));
            RunTables.Validation.Write(At(directory), new[] { (0, 2.0, true), (20, 0.5 + (seed * 0.01), true), (40, 0.7, false) }
                .Select(row => new ValidationRow(row.Item1, 0, "mlp", row.Item2, row.Item3, row.Item1)));
        }

        return At(directory);
    }

    /// <summary>An evaluation on mlp, which <see cref="Train"/> shows, and on mlp relu, which it does not.</summary>
    /// <param name="directory">Of the run.</param>
    /// <param name="optimizers">Each with its final training loss on mlp under seed 0; a path makes it a checkpoint.</param>
    /// <param name="name">Of the config.</param>
    /// <param name="seeds">How many.</param>
    internal string Evaluate(
        string directory, (string Name, string? Path, double Loss)[] optimizers, string name = "compare", int seeds = 3)
    {
        Describe(directory, "evaluate", name, 1, RunStatus.Completed, $$"""
            name: {{name}}
            seed: 1
            optimizers:
            {{string.Join('\n', optimizers.Select(entry => entry.Path is { } path
                ? $"  - {{name: '{entry.Name}', kind: checkpoint, path: '{path}'}}"
                : $"  - {{name: '{entry.Name}', kind: adam, learning_rate: [0.001, 0.01, 0.1]}}"))}}
            optimizees:
              - {name: null, weight: 1, kind: mlp, hidden: [20], activation: sigmoid}
              - {name: null, weight: 1, kind: mlp, hidden: [20], activation: relu}
            steps: {{Steps}}
            seeds: {{seeds}}
            """);
        var cells = new[] { "mlp", "mlp relu" }.SelectMany((optimizee, i) => optimizers.SelectMany(_ => Enumerable.Range(0, seeds), (optimizer, seed) =>
            (optimizer.Name, optimizee, seed, Loss: optimizer.Loss + (0.01 * seed * (i + 1)) + (0.1 * i)))).ToArray();
        RunTables.Curves.Write(At(directory), cells.SelectMany(cell => Enumerable.Range(0, 11).Select(i => new CurveRow(
            cell.Name,
            cell.optimizee,
            cell.seed,
            i * Steps / 10,
            cell.Loss,
            cell.Loss * Math.Pow(10, 1 - (i / 10.0)),
            i / 20.0,
            cell.Loss * 1.2 * Math.Pow(10, 1 - (i / 10.0)),
            i / 30.0,
            cell.Loss * 1.1 * Math.Pow(10, 1 - (i / 10.0)),
            i / 25.0,
            i * 0.1))));
        RunTables.Outcomes.Write(At(directory), cells.SelectMany(cell => new[]
        {
            ("final_train_loss", cell.Loss), ("final_test_loss", cell.Loss * 1.1), ("final_test_accuracy", 0.4), ("loss_gap", cell.Loss * 0.1),
            ("mean_train_loss", cell.Loss * 2), ("seconds", 1.0), ("steps_to_train_loss_1", 50),
        }.Select(number => new OutcomeRow(cell.Name, cell.optimizee, cell.seed, number.Item1, number.Item2, Diverged: false))));
        RunTables.Tuning.Write(At(directory), cells.Where(cell => cell.seed == 0 && optimizers.First(entry => entry.Name == cell.Name).Path is null)
            .SelectMany(cell => new[] { 0.001, 0.01, 0.1 }.Select(rate => new TuningRow(
                cell.Name, cell.optimizee, FormattableString.Invariant($"learning_rate={rate}"), 0, rate, rate == 0.001))));
        return At(directory);
    }

    /// <summary>An analysis of mlp.</summary>
    internal string Analyze(string directory, string[] optimizers, string name = "flat", string? checkpoint = null)
    {
        Describe(directory, "analyze", name, 1, RunStatus.Completed, $$"""
            name: {{name}}
            seed: 1
            optimizers:
            {{string.Join('\n', optimizers.Select(optimizer => checkpoint is null
                ? $"  - {{name: '{optimizer}', kind: adam}}"
                : $"  - {{name: '{optimizer}', kind: checkpoint, path: '{checkpoint}'}}"))}}
            optimizees:
              - {name: null, weight: 1, kind: mlp, hidden: [20], activation: sigmoid}
            steps: {{Steps}}
            seeds: 3
            """);
        var cells = optimizers.SelectMany((_, i) => Enumerable.Range(0, 3).Select(seed => (i, seed)), (optimizer, at) => (optimizer, at.i, at.seed)).ToArray();
        RunTables.Flatness.Write(At(directory), cells.SelectMany(cell => new[]
        {
            ("hessian_ev", 1.0 + cell.i + (0.1 * cell.seed)), ("hessian_trace", 10.0 + cell.i + cell.seed), ("local_entropy", 3.0 + cell.seed),
            ("train_loss", 0.1 + (0.01 * cell.i)), ("untrained_loss", 2.3), ("test_loss", 0.2), ("loss_gap", 0.05 + (0.01 * cell.seed)),
        }.Select(number => new FlatnessRow(cell.optimizer, "mlp", cell.seed, number.Item1, number.Item2, null, null, null))));
        RunTables.Esd.Write(At(directory), cells.SelectMany(cell => new[] { -0.1, 0.5, 1.0 + cell.i }
            .Select(node => new EsdRow(cell.optimizer, "mlp", cell.seed, node, 1.0 / 3, 0))));
        RunTables.Slices.Write(At(directory), cells.SelectMany(cell => new[] { -1.0, 0, 1 }
            .Select(x => new SliceRow(cell.optimizer, "mlp", cell.seed, x, 0.1 + (x * x)))));
        RunTables.Planes.Write(At(directory), cells.SelectMany(cell => Enumerable.Range(0, 9)
            .Select(i => new PlaneRow(cell.optimizer, "mlp", cell.seed, (i % 3) - 1, (i / 3) - 1, 0.1 + i))));
        RunTables.Correlations.Write(At(directory), [new CorrelationRow("all", "hessian_ev", "loss_gap", 0.25, -0.5, 0.75, 9, 0, 0)]);
        return At(directory);
    }

    /// <summary>A sweep of arms a and b and shared Adam.</summary>
    /// <param name="directory">Of the sweep.</param>
    /// <param name="metaSeeds">Trainings of each arm.</param>
    internal string Sweep(string directory, int metaSeeds)
    {
        List<SweepRun> runs = [];
        string Place(string kind, string config, string? arm, long? metaSeed)
        {
            var name = arm is null ? "optimizers" : $"{arm}-s{metaSeed}";
            var place = kind == "train" ? $"train/{name}" : $"{kind}/{config}/{name}";
            runs.Add(new()
            {
                Directory = place,
                Kind = kind,
                Config = config,
                Arm = arm,
                MetaSeed = metaSeed,
                Of = kind == "train" || arm is null ? null : $"train/{name}",
                Arguments = [kind, $"{config}.yaml"],
            });
            return $"{directory}/{place}";
        }

        var trained = new[] { ("a", 0.5), ("b", 0.3) }
            .SelectMany(_ => Enumerable.Range(1, metaSeeds), (arm, seed) => (Arm: arm.Item1, Loss: arm.Item2, Seed: seed)).ToArray();
        string Checkpoint(string arm, int seed) => At($"{directory}/train/{arm}-s{seed}/checkpoints/best.safetensors");
        void Each(string kind, string config, Action<string, string, double, int> make)
        {
            foreach (var (arm, loss, seed) in trained)
            {
                var place = Place(kind, config, arm, seed);
                if (seed <= Made)
                {
                    make(place, arm, loss, seed);
                }
                else
                {
                    Copy(place, $"{arm}-s{seed}", $"{arm}-s{((seed - 1) % Made) + 1}");
                }
            }
        }

        Each("train", "learn", (place, _, _, seed) => Train(place, seed));
        Each("evaluate", "compare", (place, arm, loss, seed) =>
            Evaluate(place, [($"{arm}-s{seed}", Checkpoint(arm, seed), loss + (0.02 * seed))]));
        Evaluate(Place("evaluate", "compare", arm: null, metaSeed: null), [("adam", null, 0.4)]);
        Each("analyze", "flat", (place, arm, _, seed) => Analyze(place, [$"{arm}-s{seed}"], checkpoint: Checkpoint(arm, seed)));
        Analyze(Place("analyze", "flat", arm: null, metaSeed: null), ["adam"]);
        new SweepIndex { Name = "study", File = "configs/sweeps/study.yaml", Reference = "a", Runs = runs }.Write(At(directory));
        return At(directory);
    }

    /// <summary>Changes what run.json says.</summary>
    internal void Change(string directory, Func<RunInfo, RunInfo> change) =>
        _folder.Write($"{directory}/{RunInfo.FileName}", change(RunInfo.Read(At(directory))).ToJson());

    // A run like another but for its name.
    private void Copy(string directory, string name, string other)
    {
        Directory.CreateDirectory(At(directory));
        foreach (var file in Directory.GetFiles(At(directory.Replace(name, other, StringComparison.Ordinal))))
        {
            File.WriteAllText(
                Path.Combine(At(directory), Path.GetFileName(file)), File.ReadAllText(file).Replace(other, name, StringComparison.Ordinal));
        }
    }

    private void Describe(string directory, string kind, string name, long seed, RunStatus status, string config)
    {
        DateTimeOffset? end = status == RunStatus.Running ? null : DateTimeOffset.UnixEpoch.AddMinutes(2);
        var info = RunInfo.Starting(
            BowlTraining.Description with { Kind = kind, Name = name, Seed = seed, Config = config }, DateTimeOffset.UnixEpoch);
        _folder.Write($"{directory}/{RunInfo.FileName}", (info with { Status = status, End = end }).ToJson());
        _folder.Write($"{directory}/config.yaml", Encoding.UTF8.GetBytes(config));
        if (status == RunStatus.Running)
        {
            _locks[directory] = RunLock.Take(At(directory));
        }
    }
}
