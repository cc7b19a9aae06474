using L2O.Cli.Tests.Support;
using L2O.Configs;
using L2O.Experiments;
using L2O.Options;
using L2O.Registration;
using L2O.Tests.Support;
using Xunit;

namespace L2O.Cli.Tests;

public sealed class ConfigsTests : IDisposable
{
    private static readonly string Folder = Path.Combine(Repository.Root, "configs");

    private readonly Program _program = new();

    public static TheoryData<string> Configs => [.. Directory.GetFiles(Folder, "*.yaml", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(Folder, file))];

    public void Dispose() => _program.Dispose();

    [Theory]
    [MemberData(nameof(Configs))]
    public void EveryConfigOfTheRepositoryHasNoProblems(string name)
    {
        var result = _program.Run("validate", "--config", Path.Combine(Folder, name));

        Assert.Equal("", result.Error);
        Assert.EndsWith("config, no problems", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Configs))]
    public void WhatARunLeavesOfAConfigOfTheRepositoryReadsBackTheSame(string name)
    {
        var path = Path.Combine(Folder, name);
        var text = File.ReadAllText(path);
        var keys = ConfigReader.KeysOf(new(path, text, []));
        IOptions Read(string yaml) => keys switch
        {
            _ when keys.Contains("evaluate") || keys.Contains("analyze") => ConfigReader.Read<SweepConfig>(new(path, yaml, []), Registry.Kinds),
            _ when keys.Contains("optimizer") => ConfigReader.Read<TrainConfig>(new(path, yaml, []), Registry.Kinds),
            _ when keys.Contains("flatness") => ConfigReader.Read<AnalyzeConfig>(new(path, yaml, []), Registry.Kinds),
            _ => ConfigReader.Read<EvaluateConfig>(new(path, yaml, []), Registry.Kinds),
        };

        var written = ConfigWriter.Write(Read(text), Registry.Kinds);

        Assert.Equal(written, ConfigWriter.Write(Read(written), Registry.Kinds));
    }
}
