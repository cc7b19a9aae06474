using System.Text.Json;
using L2O.Errors;
using L2O.Runs;
using L2O.Tests.Support;
using Xunit;

namespace L2O.Tests.Runs;

public sealed class RunDirectoryTests
{
    private static readonly RunDescription _run = new()
    {
        Kind = "train",
        Name = "dm-mnist",
        Seed = 1,
        Device = "cpu",
        ThreadCount = 1,
        Config = "name: dm-mnist\nseed: 1\n",
        Data = new Dictionary<string, string> { ["mnist"] = "ab12" },
    };

    [Fact]
    public void ANewRunSaysWhatItIsAndWhereItComesFrom()
    {
        using var folder = new TemporaryFolder();

        using var run = RunDirectory.Create(folder.File("run"), _run, new FixedClock());

        using var json = JsonDocument.Parse(File.ReadAllText(run.FilePath("run.json")));
        Assert.Equal(_run.Config, File.ReadAllText(run.FilePath("config.yaml")));
        Assert.True(Directory.Exists(run.CheckpointsPath));
        Assert.Equal("running", json.RootElement.GetProperty("status").GetString());
        Assert.Equal("ab12", json.RootElement.GetProperty("data").GetProperty("mnist").GetString());
        Assert.Equal("2026-01-02T03:04:05+00:00", json.RootElement.GetProperty("start").GetString());
        Assert.Equal(RunInfo.Sha256(_run.Config), json.RootElement.GetProperty("config_sha256").GetString());
        Assert.All(
            ["l2o", "torchsharp", "libtorch", "dotnet"],
            name => Assert.Matches("[0-9]+[.][0-9]+", json.RootElement.GetProperty("versions").GetProperty(name).GetString()));
    }

    [Fact]
    public void TheStatusIsKeptWithTheEndAndTheError()
    {
        using var folder = new TemporaryFolder();
        using var run = RunDirectory.Create(folder.File("run"), _run, new FixedClock());

        run.SetStatus(RunStatus.Failed, "no space");

        var info = RunInfo.Read(folder.File("run"));
        Assert.Equal((RunStatus.Failed, "no space", new FixedClock().GetUtcNow()), (info.Status, info.Error, info.End));
        run.SetStatus(RunStatus.Running);
        info = RunInfo.Read(folder.File("run"));
        Assert.Equal((RunStatus.Running, null, null), (info.Status, info.Error, info.End));
    }

    [Fact]
    public void ADirectoryThatHoldsFilesIsLeftAlone()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("thesis.tex"), "");

        var error = Assert.Throws<ConfigException>(() => RunDirectory.Create(folder.Root, _run, new FixedClock()));

        Assert.Equal($"{folder.Root}: holds files already; choose another --run, or go on with a run by --resume", error.Message);
        Assert.Equal([folder.File("thesis.tex")], Directory.GetFileSystemEntries(folder.Root));
    }

    [Fact]
    public void ACreationThatWasKilledCanBeRepeated()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("lock"), "");
        File.WriteAllText(folder.File("run.json.tmp"), "{");
        Assert.False(RunDirectory.HoldsRun(folder.Root));

        using var run = RunDirectory.Create(folder.Root, _run, new FixedClock());

        Assert.True(RunDirectory.HoldsRun(folder.Root));
    }

    [Fact]
    public void ADirectoryThatCannotBeMadeIsNamed()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("file"), "");

        var error = Assert.Throws<ConfigException>(
            () => RunDirectory.Create(Path.Combine(folder.File("file"), "run"), _run, new FixedClock()));

        Assert.Contains("run: cannot be written (", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheSecondProcessIsToldWhoHoldsTheDirectory()
    {
        using var folder = new TemporaryFolder();
        using (var run = RunDirectory.Create(folder.File("run"), _run, new FixedClock()))
        {
            var resumed = Assert.Throws<ConfigException>(() => Resume(folder.File("run"), _run));
            var created = Assert.Throws<ConfigException>(() => RunDirectory.Create(folder.File("run"), _run, new FixedClock()));

            var holder = $"is in use by process {Environment.ProcessId} on {Environment.MachineName}";
            Assert.Contains(holder, resumed.Message, StringComparison.Ordinal);
            Assert.Contains(holder, created.Message, StringComparison.Ordinal);
        }

        using var after = Resume(folder.File("run"), _run);
        Assert.Equal(RunStatus.Running, after.Info.Status);
    }

    [Fact]
    public void AResumedRunIsRunningSinceItsStart()
    {
        using var folder = new TemporaryFolder();
        using (var run = RunDirectory.Create(folder.File("run"), _run, new FixedClock()))
        {
            run.SetStatus(RunStatus.Interrupted, "a signal");
        }

        File.Delete(folder.File("run/config.yaml"));
        using var resumed = RunDirectory.Resume(folder.File("run"), _run, isForced: false, TimeProvider.System);

        var info = RunInfo.Read(folder.File("run"));
        Assert.Equal((RunStatus.Running, null, null), (info.Status, info.Error, info.End));
        Assert.Equal(new FixedClock().GetUtcNow(), info.Start);
        Assert.Equal(_run.Config, File.ReadAllText(folder.File("run/config.yaml")));
    }

    [Fact]
    public void ARunGoesOnWithItsPluginsAlone()
    {
        using var folder = new TemporaryFolder();
        var run = _run with { Plugins = new Dictionary<string, RunPlugin> { ["own"] = new("1.0.0", "ab12"), ["also"] = new("2.0.0", "cd34") } };
        var other = _run with { Plugins = new Dictionary<string, RunPlugin> { ["own"] = new("1.1.0", "ef56") } };
        RunDirectory.RequirePlugins(folder.File("run"), other.Plugins);
        RunDirectory.Create(folder.File("run"), run, new FixedClock()).Dispose();

        var early = Assert.Throws<ConfigException>(() => RunDirectory.RequirePlugins(folder.File("run"), other.Plugins));
        var late = Assert.Throws<ConfigException>(() => Resume(folder.File("run"), other));

        const string differences = "resumed, the run would not be the same: plug-in also was 2.0.0 with SHA-256 cd34, is absent; "
            + "plug-in own was 1.0.0 with SHA-256 ab12, is 1.1.0 with SHA-256 ef56; ";
        Assert.Equal(
            $"{folder.File("run")}: {differences}name by --plugin what it was made with, or go on all the same by --force", early.Message);
        Assert.StartsWith($"{folder.File("run")}: {differences}", late.Message, StringComparison.Ordinal);
        RunDirectory.RequirePlugins(folder.File("run"), run.Plugins);
        Resume(folder.File("run"), run).Dispose();
    }

    [Fact]
    public void ResumingAnotherConfigOrDataIsRefusedWithTheDifferenceUnlessForced()
    {
        using var folder = new TemporaryFolder();
        RunDirectory.Create(folder.File("run"), _run, new FixedClock()).Dispose();
        var other = _run with
        {
            Config = "name: dm-mnist\nseed: 2\n",
            ThreadCount = 2,
            Data = new Dictionary<string, string> { ["mnist"] = "cd34" },
        };

        var error = Assert.Throws<ConfigException>(() => Resume(folder.File("run"), other));

        Assert.Contains("config.yaml:2 was `seed: 1`, is `seed: 2`", error.Message, StringComparison.Ordinal);
        Assert.Contains("threads was 1, is 2", error.Message, StringComparison.Ordinal);
        Assert.Contains("data mnist was ab12, is cd34", error.Message, StringComparison.Ordinal);
        Assert.Equal(_run.Config, File.ReadAllText(folder.File("run/config.yaml")));
        using var forced = RunDirectory.Resume(folder.File("run"), other, isForced: true, new FixedClock());
        Assert.Equal(2, forced.Info.ThreadCount);
    }

    [Fact]
    public void WhatOnlyExtendsTheRunNeedsNoForceAndIsRemembered()
    {
        using var folder = new TemporaryFolder();
        RunDirectory.Create(folder.File("run"), _run, new FixedClock()).Dispose();
        string ShaOf(string config) => RunInfo.Sha256(config);
        List<string> seen = [];
        RunDirectory Extend(RunDescription run, ConfigChange change) =>
            RunDirectory.Resume(folder.File("run"), run, isForced: false, new FixedClock(), then =>
            {
                seen.Add(then);
                return change;
            });

        var reason = Assert.Throws<ConfigException>(() => Extend(_run with { Config = "b" }, new(IsExtension: false, "it is so")));
        var data = Assert.Throws<ConfigException>(() => Extend(
            _run with { Config = "b", Data = new Dictionary<string, string>() }, ConfigChange.Extension));
        Extend(_run with { Config = "b" }, ConfigChange.Extension).Dispose();
        Extend(_run with { Config = "b" }, ConfigChange.Other).Dispose();
        using (var twice = Extend(_run with { Config = "c" }, ConfigChange.Extension))
        {
            Assert.Equal([ShaOf(_run.Config), ShaOf("b")], twice.Info.Extends);
            Assert.True(twice.Info.IsOfConfig(ShaOf("b")));
            Assert.False(twice.Info.IsOfConfig(ShaOf("d")));
        }

        Assert.EndsWith("; it is so; choose another --run, or go on all the same by --force", reason.Message, StringComparison.Ordinal);
        Assert.Contains("the same: data mnist was ab12, is absent;", data.Message, StringComparison.Ordinal);
        Assert.Equal([_run.Config, _run.Config, _run.Config, "b"], seen);
        Assert.Equal("c", File.ReadAllText(folder.File("run/config.yaml")));
        using var forced = RunDirectory.Resume(folder.File("run"), _run with { Config = "d" }, isForced: true, new FixedClock());
        Assert.Empty(forced.Info.Extends);
    }

    [Fact]
    public void AConfigFileThatRunJsonDoesNotNameIsNotExtended()
    {
        using var folder = new TemporaryFolder();
        RunDirectory.Create(folder.File("run"), _run, new FixedClock()).Dispose();
        File.WriteAllText(folder.File("run/config.yaml"), "other");

        Assert.Throws<ConfigException>(() => RunDirectory.Resume(
            folder.File("run"), _run with { Config = "b" }, isForced: false, new FixedClock(), _ => ConfigChange.Extension));
    }

    [Fact]
    public void ADirectoryIsFreeWhereNothingIsButWhatAKilledCreationLeaves()
    {
        using var folder = new TemporaryFolder();
        Assert.True(RunDirectory.IsFree(folder.File("none")));
        Assert.True(RunDirectory.IsFree(folder.Root));
        File.WriteAllText(folder.File("lock"), "");
        File.WriteAllText(folder.File("run.json.tmp"), "{");
        Assert.True(RunDirectory.IsFree(folder.Root));
        File.WriteAllText(folder.File("meta.csv"), "");
        Assert.False(RunDirectory.IsFree(folder.Root));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"kind\":")]
    public void ADamagedDescriptionIsAnError(string json)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("run.json"), json);

        Assert.Throws<CheckpointException>(() => RunInfo.Read(folder.Root));
    }

    [Fact]
    public void WhereNoRunIsThereIsNothingToResume() =>
        Assert.Throws<ConfigException>(() => Resume("no/such/run", _run));

    [Fact]
    public void ANameStaysInTheFolderOfRuns() =>
        Assert.Throws<ArgumentException>(() => RunDirectory.Create(null, _run with { Name = "../x" }, new FixedClock()));

    private static RunDirectory Resume(string path, RunDescription run) =>
        RunDirectory.Resume(path, run, isForced: false, new FixedClock());

    private sealed class FixedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    }
}
