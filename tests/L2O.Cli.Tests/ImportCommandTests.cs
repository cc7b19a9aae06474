using System.Buffers.Binary;
using System.Text;
using L2O.Cli.Tests.Support;
using Xunit;

namespace L2O.Cli.Tests;

public sealed class ImportCommandTests : IDisposable
{
    private const string Compare = """
        name: compare
        optimizers: []
        optimizees: [{kind: bowl}]
        steps: 2
        seeds: 1
        """;

    private const string Train = """
        name: learn
        optimizer: {kind: dm, hidden: [1], from: imported/dm.safetensors}
        optimizees: [{kind: quadratic, dimension: 3, instances: 8}]
        meta: {iterations: 1, steps: 10, unroll: 5}
        validation: {every: 1, episodes: 1}
        """;

    private readonly Program _program = new();

    public ImportCommandTests() => File.WriteAllBytes(Path.Combine(_program.Folder, "dm.msgpack"), OneUnit());

    public void Dispose() => _program.Dispose();

    [Fact]
    public void AnImportedOptimizerIsEvaluatedAndTrainedOn()
    {
        var imported = _program.Run("import", "dm.msgpack", "--kind", "dm", "--out", "imported/dm.safetensors", "--set", "output_scale=0.5");

        Assert.Equal((0, ""), (imported.ExitCode, imported.Error));
        Assert.Equal(
            [
                """dm.msgpack: 5 arrays, 18 parameters of {"kind":"dm","hidden":[1],"output_scale":0.5,"preprocessing":"log_and_sign","preprocess_k":5,"backend":"auto"}""",
                "imported/dm.safetensors",
            ],
            imported.Output.Split('\n'));
        _program.Write("compare.yaml", Compare);
        _program.Write("train.yaml", Train);
        Assert.Equal(0, _program.Run("evaluate", "compare.yaml", "--checkpoint", "imported/dm.safetensors", "--run", "compared", "--quiet").ExitCode);
        Assert.Equal(0, _program.Run("train", "train.yaml", "--run", "learned", "--quiet").ExitCode);
        Assert.Contains(
            "where output_scale was 0.5, is 0.01", File.ReadAllText(Path.Combine(_program.Folder, "learned/log.txt")), StringComparison.Ordinal);
    }

    [Fact]
    public void AFileThatIsThereIsReplacedOnlyByForce()
    {
        var there = _program.Write("there.safetensors", "mine");
        string[] import = ["import", "dm.msgpack", "--kind", "dm", "--out", there];

        Assert.Equal(
            new Result(2, "", "error: there.safetensors: is there already; choose another --out, or replace it by --force"), _program.Run(import));
        Assert.Equal("mine", File.ReadAllText(Path.Combine(_program.Folder, there)));
        Assert.Equal(0, _program.Run([.. import, "--force"]).ExitCode);
        Assert.NotEqual("mine", File.ReadAllText(Path.Combine(_program.Folder, there)));
    }

    [Fact]
    public void WhatCannotBeImportedEndsWithCode3AndWritesNothing()
    {
        var pickle = _program.Write("run.l2l", "cposix\nsystem\n.");

        Assert.Equal(
            new Result(
                3, "", "error: run.l2l: asks for posix.system, and no dictionary of arrays needs that; it is damaged or of another program, use another file"),
            _program.Run("import", pickle, "--kind", "dm", "--out", "out/x.safetensors"));
        Assert.Equal(
            new Result(3, "", "error: dm.msgpack: has lstm_1/weight_ih, which a scale with these options lacks; these are the names of a dm, choose --kind dm"),
            _program.Run("import", "dm.msgpack", "--kind", "scale", "--out", "out/x.safetensors"));
        Assert.False(Directory.Exists(Path.Combine(_program.Folder, "out")));
    }

    [Fact]
    public void AKindThatIsNoneIsAWrongArgument() => Assert.Equal(
        new Result(2, "", "error: --kind is adam; choose dm, rnnprop, scale\nSee l2o import --help."),
        _program.Run("import", "dm.msgpack", "--kind", "adam", "--out", "x.safetensors"));

    // L2O-DM with one unit under our names, as flax writes a dictionary.
    private static byte[] OneUnit() =>
    [
        0x82,
        .. Name("lstm_1"), 0x83, .. Array("weight_ih", 4, 2), .. Array("weight_hh", 4, 1), .. Array("bias", 4),
        .. Name("linear"), 0x82, .. Array("weight", 1, 1), .. Array("bias", 1),
    ];

    private static byte[] Name(string name) => [(byte)(0xA0 | name.Length), .. Encoding.UTF8.GetBytes(name)];

    private static byte[] Array(string name, params byte[] shape)
    {
        var values = new byte[4 * shape.Aggregate(1, (count, size) => count * size)];
        for (var i = 0; i < values.Length; i += 4)
        {
            BinaryPrimitives.WriteSingleLittleEndian(values.AsSpan(i), 0.1f);
        }

        byte[] content = [0x93, (byte)(0x90 | shape.Length), .. shape, .. Name("float32"), 0xC4, (byte)values.Length, .. values];
        return [.. Name(name), 0xC7, (byte)content.Length, 1, .. content];
    }
}
