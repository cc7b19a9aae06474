using System.Diagnostics;
using L2O.Cli.Tests.Support;
using L2O.Tests.Support;
using Xunit;

namespace L2O.Cli.Tests;

/// <summary>Sweeps on a cluster: a real slurmctld and slurmd, where they are installed.</summary>
public sealed class SlurmTests(SlurmCluster cluster, ITestOutputHelper output) : IClassFixture<SlurmCluster>, IDisposable
{
    private const string Train = """
        name: small
        optimizer: {kind: dm, hidden: [8], output_scale: 0.1}
        optimizees:
          - {kind: quadratic, dimension: 4, instances: 16}
          - {kind: mlp, data: synthetic_digits, hidden: [8], activation: sigmoid, batch_size: 32, weight: 0.5}
        meta: {iterations: 12, steps: 40, unroll: 5, optimizer: {kind: adam, learning_rate: 1e-2}}
        validation: {every: 8, episodes: 1}
        checkpoint_seconds: 0
        """;

    private const string Evaluate = """
        name: seen
        optimizers: [{kind: adam, learning_rate: 1e-2}]
        optimizees: [{kind: quadratic, dimension: 4, instances: 16}]
        steps: 20
        seeds: 2
        record_every: 10
        """;

    private static readonly string Script = Path.Combine(Repository.Root, "scripts", "sweep.sh");

    // The most that a busy machine takes for one step of these.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly Program _program = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    public void Dispose() => _program.Dispose();

    // Of six trainings one is requeued in the middle, one is held until it is warned of its time limit, and one until the limit of a
    // minute ends it. Meanwhile the same trainings are made without SLURM.
    [Fact]
    public void TasksThatAreRequeuedOrEndedByATimeLimitEndAsUninterruptedOnes()
    {
        Assert.SkipUnless(SlurmCluster.IsThere, "slurm-wlm is not installed");
        cluster.Start();
        WriteSweep("vary: {seed: [1, 2, 3, 4, 5, 6]}");

        var submitted = Run("--slurm --time=10 sweep.yaml");
        Tell("submitted");
        Assert.Equal((0, ""), (submitted.ExitCode, submitted.Error));
        var job = submitted.Output.Split("submitted ")[1].Split(':')[0];
        foreach (var held in new[] { 2, 3 })
        {
            AwaitRows(held);
            Send("STOP", held);
            Slurm($"scontrol update JobId={job}_{held - 1} TimeLimit=1");
        }

        AwaitRows(1);
        Slurm($"scontrol requeue {job}_0");
        var again = Run("--slurm sweep.yaml");
        Tell("requeued");
        var alone = _program.BeginInShell("exec xargs -n 1 -P 2 sh -c "
            + "'$L2O train train.yaml --seed $0 --run whole/small-s$0 --quiet > whole-$0.txt' << EOF\n1 2 3 4 5 6\nEOF");
        Await("the warning of training 2", () => Log($"slurm-{job}_1").Contains("CANCELLED", StringComparison.Ordinal));
        Send("CONT", 2);
        AwaitLog(2, "goes back into the queue");
        Raise($"{job}_1");
        Tell("warned");
        AwaitLog(3, "goes back into the queue");
        Raise($"{job}_2");
        Tell("ended by the limit");
        AwaitEmptyQueue();
        Tell("done");
        var whole = Program.End(alone);
        Tell("made without SLURM");
        Report();

        Assert.Equal(2, again.ExitCode);
        Assert.Matches("^sweep.sh: [0-9 ]+: [0-9]+ tasks of this sweep are in the queue; wait for them", again.Error);
        Assert.Equal((0, ""), (whole.ExitCode, whole.Error));
        Assert.All(Enumerable.Range(1, 6), seed =>
        {
            RunFiles.AssertSame(At($"whole/small-s{seed}"), At($"runs/study/train/small-s{seed}"));
            Assert.True(IsDone($"evaluate/seen/small-s{seed}"));
        });
        Assert.True(IsDone("evaluate/seen/optimizers"));
        Assert.All(Enumerable.Range(1, 3), seed => Assert.Contains("begins again", Log($"train-small-s{seed}"), StringComparison.Ordinal));
        Assert.Contains("DUE TO JOB REQUEUE", Log("train-small-s1"), StringComparison.Ordinal);
        Assert.Contains("warned of its time limit", Log("train-small-s2"), StringComparison.Ordinal);
        Assert.Contains("ended by its time limit", Log("train-small-s3"), StringComparison.Ordinal);
        Assert.Contains($"Time limit exhausted for JobId={job}_2", cluster.Log, StringComparison.Ordinal);
        Assert.Equal(13, Directory.GetFiles(At("runs/study/logs")).Length);
    }

    [Fact]
    public void AnEvaluationWhoseTrainingFailedSaysSoAndTheOthersAreDone()
    {
        Assert.SkipUnless(SlurmCluster.IsThere, "slurm-wlm is not installed");
        cluster.Start();
        WriteSweep("set: {meta.iterations: 2, meta.on_divergence: stop}\nvary: {optimizer.output_scale: [0.1, 1e30]}");

        var submitted = Run("--slurm --time=10 sweep.yaml");
        AwaitEmptyQueue();
        var again = Run("--slurm sweep.yaml");
        Report();

        Assert.Equal(0, submitted.ExitCode);
        var failed = Path.GetFileName(Assert.Single(Directory.GetDirectories(At("runs/study/train"), "output_scale1e*")));
        Assert.EndsWith(
            $"error: runs/study/evaluate/seen/{failed} is not begun, because its training runs/study/train/{failed} is not done; "
            + "see what its log says, and submit the sweep again\n",
            Log($"evaluate-seen-{failed}"),
            StringComparison.Ordinal);
        Assert.EndsWith("ended with exit code 4\n", Log($"train-{failed}"), StringComparison.Ordinal);
        Assert.True(IsDone("evaluate/seen/output_scale0.1-s1"));
        Assert.Contains(
            $"left out: runs/study/train/{failed}, because it is diverged\n"
            + $"left out: runs/study/evaluate/seen/{failed}, because its training is diverged\nnothing is left to submit\n",
            again.Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public void WhatSbatchRefusesLeavesNothingInTheQueue()
    {
        Assert.SkipUnless(SlurmCluster.IsThere, "slurm-wlm is not installed");
        cluster.Start();
        WriteSweep("vary: {seed: [1, 2]}");

        var first = Run("--slurm --partition=nowhere sweep.yaml");
        _program.Write("runs/study/slurm/jobs", "123456\n");
        var second = Run("--slurm --partition=nowhere sweep.yaml");

        // SLURM knows no job of that number any more: it is over.
        Assert.Equal(first, second);
        Assert.Equal(2, first.ExitCode);
        Assert.Contains("sweep.sh: --slurm: sbatch refused the array train of 2 tasks, so nothing is submitted", first.Error, StringComparison.Ordinal);
        Assert.Equal("", Slurm("squeue --noheader"));
        Assert.Empty(Directory.GetFileSystemEntries(At("runs/study/slurm")));
    }

    [Fact]
    public void WithoutSlurmThereIsOneSentenceAndNothingIsMade()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the script is bash");
        WriteSweep("vary: {seed: [1, 2]}");

        // The programs that the script has used until then, and no more.
        var result = _program.RunInShell(
            $"mkdir bin; for p in bash dirname; do ln -s $(command -v $p) bin; done; PATH=$PWD/bin; exec bash {Script} --slurm sweep.yaml");

        Assert.Equal(
            (2, "", "sweep.sh: --slurm: there is no sbatch on this machine; submit where the cluster's jobs are submitted, or run here "
                + "without --slurm"),
            (result.ExitCode, result.Output, result.Error));
        Assert.False(Directory.Exists(At("runs")));
    }

    private void WriteSweep(string vary)
    {
        _program.Write("train.yaml", Train);
        _program.Write("evaluate.yaml", Evaluate);
        _program.Write("sweep.yaml", $"name: study\ntrain: train.yaml\n{vary}\nreference: adam\nevaluate: [evaluate.yaml]\n");
    }

    // The program of the tests' build stands for a published one.
    private Result Run(string arguments) => _program.RunInShell(
        $"SLURM_CONF={cluster.Config} L2O={Path.Combine(AppContext.BaseDirectory, "l2o")} exec bash {Script} {arguments}");

    private string Slurm(string command)
    {
        var result = _program.RunInShell($"SLURM_CONF={cluster.Config} {command}");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        return result.Output;
    }

    // Spares it another warning; it may be done by now.
    private void Raise(string task) => _program.RunInShell($"SLURM_CONF={cluster.Config} scontrol update JobId={task} TimeLimit=10");

    // Some of the 192 that a training writes.
    private void AwaitRows(int seed) => Await(
        $"rows of training {seed}", () => Read($"runs/study/train/small-s{seed}/meta.csv").Count(letter => letter == '\n') > 10);

    private void AwaitLog(int seed, string text) =>
        Await($"'{text}' of training {seed}", () => Log($"train-small-s{seed}").Contains(text, StringComparison.Ordinal));

    private void AwaitEmptyQueue() => Await("an empty queue", () => Slurm("squeue --noheader").Length == 0);

    // A stopped process hears of other signals when it goes on: SLURM lets it, at the limit itself.
    private void Send(string signal, int seed)
    {
        var id = Read($"runs/study/train/small-s{seed}/run.json").Split("\"process_id\": ")[1].Split([',', '\n'])[0];
        using var kill = Process.Start("kill", ["-s", signal, id]);
        kill.WaitForExit();
    }

    private void Await(string what, Func<bool> isThere)
    {
        var waited = Stopwatch.StartNew();
        while (!isThere())
        {
            Thread.Sleep(50);
            if (waited.Elapsed > Patience)
            {
                Report();
                throw new TimeoutException($"{what} did not come");
            }
        }
    }

    private void Tell(string what) => output.WriteLine($"{_clock.Elapsed.TotalSeconds:0} s: {what}");

    private bool IsDone(string run) => Read($"runs/study/{run}/run.json").Contains("\"status\": \"completed\"", StringComparison.Ordinal);

    private void Report()
    {
        foreach (var path in Directory.GetFiles(At("runs/study/logs")).Order())
        {
            output.WriteLine($"== {Path.GetFileName(path)}\n{File.ReadAllText(path)}");
        }

        output.WriteLine($"== slurmctld.log\n{cluster.Log}");
    }

    private string Log(string name) => Read($"runs/study/logs/{name}.txt");

    private string Read(string name)
    {
        if (!File.Exists(At(name)))
        {
            return "";
        }

        using StreamReader reader = new(new FileStream(At(name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd();
    }

    private string At(string name) => Path.Combine(_program.Folder, name);
}
