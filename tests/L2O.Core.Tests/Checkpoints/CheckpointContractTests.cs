using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using L2O.Checkpoints;
using L2O.Errors;
using L2O.Optimizers;
using L2O.Optimizers.Learned;
using L2O.Options;
using L2O.Randomness;
using L2O.Registration;
using L2O.Tensors;
using L2O.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Checkpoints;

/// <summary>What src/L2O.Core/Checkpoints/README.md promises to programs that write checkpoints of their own.</summary>
public sealed partial class CheckpointContractTests : IDisposable
{
    private static readonly TensorOptions _cpu = new(CPU, ScalarType.Float32);
    private static readonly string Document = File.ReadAllText(Path.Combine(Repository.Root, "src", "L2O.Core", "Checkpoints", "README.md"));

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AFileWithTheLeastMetadataLoads()
    {
        using var scope = NewDisposeScope();
        var path = _folder.Write("least.safetensors", Least("""{\"kind\":\"dm\",\"hidden\":[1]}"""));

        Assert.Equal(0.01f * 7, FirstUpdate(path), 1e-6f);
    }

    [Theory]
    [InlineData("""{\"hidden\":[1]}""", "`kind` is missing")]
    [InlineData("""{\"kind\":\"dm\",\"hidden\":[1],\"momentum\":1}""", "could not be mapped")]
    [InlineData("""{\"kind\":\"celo2\",\"schedule\":{\"warmup\":-1}}""", "schedule.warmup is -1; choose 0 or more")]
    [InlineData("""{\"kind\":\"dm\",\"hidden\":[2]}""", "optimizer/lstm_1/weight_ih is [4, 2], this optimizer needs [8, 2]")]
    public void WhatTheMetadataMustSayIsAskedFor(string optimizer, string expected)
    {
        using var scope = NewDisposeScope();
        var path = _folder.Write("least.safetensors", Least(optimizer));

        Assert.Contains(expected, Assert.Throws<CheckpointException>(() => TrainedOptimizer.Load(path, _cpu)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheDocumentNamesEveryParameterOfEveryKind()
    {
        var names = Registry.Kinds(Family.LearnedOptimizer).Values
            .Select(type => Activator.CreateInstance(type) is IOptions options ? options : throw new InvalidOperationException(type.Name))
            .Append(new ScaleOptions { UseAttention = true })
            .SelectMany(options => Registry.MakeLearned(options).PhiLayout.Shapes)
            .Select(shape => Layer().Replace(shape.Name, "$1_L/"))
            .ToHashSet();

        Assert.True(names.Count > 40);
        Assert.DoesNotContain(names, name => !Document.Contains($"`{name}`", StringComparison.Ordinal));
    }

    // Skipped where no Python has NumPy.
    [Fact]
    public void TheExampleOfTheDocumentWritesACheckpointWhoseChangesAreNoticed()
    {
        using var scope = NewDisposeScope();
        var python = new[] { "python3", "/usr/bin/python3" }.FirstOrDefault(python => Run(python, "import numpy"));
        Assert.SkipWhen(python is null, "no Python has NumPy");
        var example = Example().Match(Document).Groups[1].Value;

        Assert.True(Run(python ?? "", example));
        var path = _folder.File("mine.safetensors");
        Assert.Equal(0.01f, FirstUpdate(path), 1e-7f);

        var bytes = File.ReadAllBytes(path);
        Assert.All(new[] { bytes.AsSpan().IndexOf("l2o/1"u8), bytes.Length - 1 }, at =>
        {
            byte[] changed = [.. bytes];
            changed[at] ^= 1;
            Assert.Contains(
                "checksum", Assert.Throws<CheckpointException>(() => TrainedOptimizer.Load(_folder.Write("changed", changed), _cpu)).Message, StringComparison.Ordinal);
        });
    }

    // Weights of 0 but for the head's bias, so that every update is that times the scale.
    private static byte[] Least(string optimizer)
    {
        var header = Encoding.UTF8.GetBytes(
            $$$"""
            {"__metadata__": {"format": "l2o/1", "optimizer": "{{{optimizer}}}"},
             "optimizer/lstm_1/weight_ih": {"dtype": "F32", "shape": [4, 2], "data_offsets": [0, 32]},
             "optimizer/lstm_1/weight_hh": {"dtype": "F32", "shape": [4, 1], "data_offsets": [32, 48]},
             "optimizer/lstm_1/bias": {"dtype": "F32", "shape": [4], "data_offsets": [48, 64]},
             "optimizer/linear/weight": {"dtype": "F32", "shape": [1, 1], "data_offsets": [64, 68]},
             "optimizer/linear/bias": {"dtype": "F32", "shape": [1], "data_offsets": [68, 72]}}
            """);
        var file = new byte[8 + header.Length + 72];
        BinaryPrimitives.WriteInt64LittleEndian(file, header.Length);
        header.CopyTo(file, 8);
        BinaryPrimitives.WriteSingleLittleEndian(file.AsSpan(file.Length - 4), 7);
        return file;
    }

    private static float FirstUpdate(string path)
    {
        var optimizer = TrainedOptimizer.Load(path, _cpu).Optimizer;
        var theta = zeros(1);
        var state = optimizer.Init(new([new("theta", 1)]), theta, RandomStreams.FromSeed(1));
        return optimizer.Step(new ConstantGradient(ones(1)), theta, state).Update.item<float>();
    }

    private bool Run(string python, string code)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(python, ["-c", code])
            {
                WorkingDirectory = _folder.Root,
                RedirectStandardError = true,
            });
            process?.StandardError.ReadToEnd();
            process?.WaitForExit();
            return process?.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    [GeneratedRegex(@"^(lstm|layer)_\d+/")]
    private static partial Regex Layer();

    [GeneratedRegex(@"```python\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();
}
