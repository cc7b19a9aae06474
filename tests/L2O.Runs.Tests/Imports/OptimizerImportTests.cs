using L2O.Checkpoints;
using L2O.Errors;
using L2O.Imports;
using L2O.Optimizers;
using L2O.Optimizers.Learned;
using L2O.Randomness;
using L2O.Storage;
using L2O.Tensors;
using L2O.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Imports;

public sealed class OptimizerImportTests : IDisposable
{
    /// <summary>L2O-DM with one unit, as published: gates in the order input, candidate, forget, output.</summary>
    internal static readonly ForeignBytes.Values[] SmallDm =
    [
        ForeignBytes.Counted("lstm_1/w_gates", 3, 4), ForeignBytes.Counted("lstm_1/b_gates", 4),
        ForeignBytes.Counted("linear/w", 1, 1), ForeignBytes.Counted("linear/b", 1),
    ];

    /// <summary>The same under our names.</summary>
    internal static readonly ForeignBytes.Values[] SmallOwnDm =
    [
        ForeignBytes.Counted("lstm_1/weight_ih", 4, 2), ForeignBytes.Counted("lstm_1/weight_hh", 4, 1), ForeignBytes.Counted("lstm_1/bias", 4),
        ForeignBytes.Counted("linear/weight", 1, 1), ForeignBytes.Counted("linear/bias", 1),
    ];

    private static readonly TensorOptions _cpu = new(CPU, ScalarType.Float32);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ASonnetLstmIsTurnedIntoOursAsByHand()
    {
        var values = Written("dm", ForeignBytes.DillPickle(SmallDm));

        Assert.Equal([1, 5, 3, 7, 2, 6, 4, 8], values["optimizer/lstm_1/weight_ih"]);
        Assert.Equal([9, 11, 10, 12], values["optimizer/lstm_1/weight_hh"]);
        Assert.Equal([1, 3 + 1, 2, 4], values["optimizer/lstm_1/bias"]);
        Assert.Equal([1], values["optimizer/linear/weight"]);
        Assert.Equal([1], values["optimizer/linear/bias"]);
    }

    // The published formulas in plain numbers, beside our optimizer on what was imported.
    [Fact]
    public void AnImportedDmMovesAsItsPublishedFormulasSay()
    {
        ForeignBytes.Values[] arrays =
        [
            ForeignBytes.Counted("lstm_1/w_gates", 0.05f, 3, 8), ForeignBytes.Counted("lstm_1/b_gates", -0.1f, 8),
            ForeignBytes.Counted("lstm_2/w_gates", -0.02f, 5, 12), ForeignBytes.Counted("lstm_2/b_gates", 0.03f, 12),
            ForeignBytes.Counted("linear/w", 0.3f, 3, 1), ForeignBytes.Counted("linear/b", 0.2f, 1),
        ];
        float[] gradients = [0.4f, -0.7f, 1.1f];
        using var scope = NewDisposeScope();
        var optimizer = Loaded("dm", ForeignBytes.DillPickle(arrays), "output_scale=0.5");
        ParameterLayout layout = new([new("theta", 1)]);
        var theta = zeros(1);
        var state = optimizer.Init(layout, theta, RandomStreams.FromSeed(1));
        List<float> updates = [];
        foreach (var gradient in gradients)
        {
            (var update, state) = optimizer.Step(new ConstantGradient(tensor([gradient])), theta, state);
            updates.Add(update.item<float>());
        }

        Assert.Equal(PublishedDm(arrays, gradients, outputScale: 0.5), updates, (a, b) => Math.Abs(a - b) < 1e-5 * Math.Abs(a));
    }

    [Fact]
    public void RnnPropIsTurnedIntoOurs()
    {
        var values = Written("rnnprop", ForeignBytes.DillPickle(
        [
            ForeignBytes.Counted("input_projection/w", 2, 3), ForeignBytes.Counted("input_projection/b", 3),
            ForeignBytes.Counted("lstm_1/w_gates", 4, 4), ForeignBytes.Counted("lstm_1/b_gates", 4), .. SmallDm[2..],
        ]));

        Assert.Equal([1, 4, 2, 5, 3, 6], values["optimizer/input/weight"]);
        Assert.Equal([1, 2, 3], values["optimizer/input/bias"]);
        Assert.Equal([1, 5, 9, 3, 7, 11, 2, 6, 10, 4, 8, 12], values["optimizer/lstm_1/weight_ih"]);
        Assert.Equal([13, 15, 14, 16], values["optimizer/lstm_1/weight_hh"]);
    }

    [Fact]
    public void ScaleOfTensorFlowIsTurnedIntoOurs()
    {
        ForeignBytes.Values[] arrays = [.. PublishedScale()];
        var (index, data) = ForeignBytes.TensorFlow([.. arrays, new("global_step", [], [5])]);
        _folder.Write("model.ckpt-7.data-00000-of-00001", data);

        var values = Written("scale", index, "model.ckpt-7.index");
        var ofPrefix = OptimizerImport.Read(_folder.File("model.ckpt-7"), "scale", []);

        Assert.Equal(values.Count, arrays.Length);
        Assert.Equal(Of("LOL/PerTensor/Layer0_RNN/BiasGRUCell/gates/Affine/Matrix"), values["optimizer/parameter_rnn/gates_weight"]);
        Assert.Equal(Of("LOL/PerTensor/Layer1_RNN/BiasGRUCell/candidate/Affine/Bias"), values["optimizer/tensor_rnn/candidate_bias"]);
        Assert.Equal(Of("LOL/Layer2_RNN/BiasGRUCell/candidate/Affine/Matrix"), values["optimizer/global_rnn/candidate_weight"]);
        Assert.Equal(Of("LOL/PerTensor/Layer0_RNN/Param/Affine/Matrix"), values["optimizer/tensor_to_parameter/weight"]);
        Assert.Equal(Of("LOL/PerTensor/Layer0_RNN/Global/Affine/Bias"), values["optimizer/global_to_parameter/bias"]);
        Assert.Equal(Of("LOL/PerTensor/Layer1_RNN/Affine/Bias"), values["optimizer/global_to_tensor/bias"]);
        Assert.Equal(Of("LOL/Level1_RNN/init_vector"), values["optimizer/tensor_rnn/initial"]);
        Assert.Equal(Of("LOL/scl_decay_weights"), values["optimizer/scale_decay/weight"]);
        Assert.Equal(Of("LOL/PerTensor/param_stepsize_offset"), values["optimizer/step_offset"]);
        Assert.Equivalent(new ScaleOptions { Levels = [2, 3, 4], GlobalInput = GlobalInput.Last }, ofPrefix.Options, strict: true);

        float[] Of(string name) => arrays.Single(array => array.Name == name).Numbers;
    }

    [Fact]
    public void ShapesTellSizesAndOtherOptionsArePublishedOnesOrAsAsked()
    {
        ForeignBytes.Values[] plain = [ForeignBytes.Counted("lstm_1/w_gates", 3, 8), ForeignBytes.Counted("lstm_1/b_gates", 8), ForeignBytes.Counted("linear/w", 2, 1), SmallDm[^1]];

        Assert.Equivalent(
            new DmOptions { Hidden = [1], OutputScale = 0.01, PreprocessK = 5 }, Import("dm", ForeignBytes.DillPickle(SmallDm)).Options, strict: true);
        Assert.Equivalent(
            new DmOptions { Hidden = [2], OutputScale = 0.1, PreprocessK = 10, Preprocessing = Preprocessing.None },
            Import("dm", ForeignBytes.DillPickle(plain), "output_scale=0.1", "preprocess_k=10").Options,
            strict: true);
    }

    [Theory]
    [InlineData("npz")]
    [InlineData("MessagePack")]
    [InlineData("pickle")]
    public void FilesWithOurNamesAreTakenAsTheyAreInEveryFormat(string format)
    {
        var values = Written("dm", format switch
        {
            "npz" => ForeignBytes.Npz(SmallOwnDm),
            "MessagePack" => ForeignBytes.FlaxMap(SmallOwnDm),
            _ => ForeignBytes.DillPickle(SmallOwnDm),
        });

        Assert.All(SmallOwnDm, array => Assert.Equal(array.Numbers, values[$"optimizer/{array.Name}"]));
    }

    [Fact]
    public void OurNamesMayBeThoseOfCheckpoints()
    {
        ForeignBytes.Values[] arrays = [.. SmallOwnDm.Select(array => array with { Name = $"optimizer/{array.Name}" })];

        var values = Written("dm", ForeignBytes.Npz(arrays));

        Assert.All(arrays, array => Assert.Equal(array.Numbers, values[array.Name]));
    }

    [Fact]
    public void WhatWasWrittenLoadsStartsATrainingAndNamesItsSource()
    {
        using var scope = NewDisposeScope();
        var source = _folder.Write("theirs.l2l", ForeignBytes.DillPickle(SmallDm));
        var path = _folder.File("new/ours.safetensors");
        OptimizerImport.Read(source, "dm", []).Write(path);

        var file = Safetensors.Read(path);
        var start = WarmStart.Load(path, new DmOptions { Hidden = [1], OutputScale = 0.1 });
        _ = TrainedOptimizer.Load(path, _cpu);

        Assert.Equal("theirs.l2l", file.Metadata["source"]);
        Assert.Equal(new SourceFile(source, File.ReadAllBytes(source)).Sha256, file.Metadata["source_sha256"]);
        Assert.Equal(["output_scale was 0.01, is 0.1"], start.Differences);
        Assert.Equal(18, start.Phi.Count);
    }

    [Fact]
    public void WhatIsNotThatOptimizerIsRefusedInOneSentence()
    {
        Assert.Equal(
            "has no lstm_1/w_gates, which a dm with these options has; change options by --set", Refused("dm", ForeignBytes.FlaxMap(SmallDm[1..])));
        Assert.Equal(
            "lstm_1/w_gates is [3, 3], expected [3, 4]; choose the kind that was trained, or its options by --set",
            Refused("dm", Changed("lstm_1/w_gates", ForeignBytes.Counted("lstm_1/w_gates", 3, 3))));
        Assert.Equal(
            "has lstm_1/w_gate, which a dm with these options lacks; did you mean lstm_1/w_gates?",
            Refused("dm", Changed("lstm_1/w_gates", ForeignBytes.Counted("lstm_1/w_gate", 3, 4))));
        Assert.Equal(
            "linear/w holds NaN, expected finite numbers of float32; use another file",
            Refused("dm", Changed("linear/w", new("linear/w", [1, 1], [float.NaN]))));
        Assert.Equal(
            "linear/w holds <i4, expected float32 or float64; convert it",
            Refused("dm", ForeignBytes.Zip([.. SmallDm.Select(array => ($"{array.Name}.npy", ForeignBytes.Npy(array.Name == "linear/w" ? "<i4" : "<f4", array)))])));
        Assert.Equal(
            "has no input_projection/w, which a rnnprop with these options has; these are the names of a dm, choose --kind dm",
            Refused("rnnprop", ForeignBytes.DillPickle(SmallDm)));
        Assert.Equal("holds no array; name the file of a trained optimizer", Refused("dm", [0x80]));
        Assert.Equal(
            "is text, expected a pickle, the .index of a TensorFlow checkpoint, MessagePack as flax writes it, or .npz",
            Refused("dm", [.. "hidden: [20]"u8]));
        Assert.StartsWith(
            "is a safetensors file, which --checkpoint takes if it is one of l2o's, expected a pickle",
            Refused("dm", [0x88, 1, 0, 0, 0, 0, 0, 0, .. "{}"u8]),
            StringComparison.Ordinal);
        Assert.Equal(
            "asks for posix.system, and no dictionary of arrays needs that; it is damaged or of another program, use another file",
            Refused("dm", [0x80, 3, .. "cposix\nsystem\n."u8]));
    }

    [Fact]
    public void AnOptionThatTheKindLacksIsRefusedAsInAConfig()
    {
        var file = ForeignBytes.DillPickle(SmallDm);

        Assert.Equal(
            "--set output_scal=1: unknown key `output_scal`; did you mean `output_scale`?",
            Assert.Throws<ConfigException>(() => Import("dm", file, "output_scal=1")).Message);
        Assert.Equal(
            "--set output_scale=-1: output_scale is -1; choose a number above 0",
            Assert.Throws<ConfigException>(() => Import("dm", file, "output_scale=-1")).Message);
    }

    [Fact]
    public void AMissingFileOfTwoIsNamed()
    {
        var (index, _) = ForeignBytes.TensorFlow([.. PublishedScale()]);
        var path = _folder.Write("model.index", index);

        Assert.Equal(
            $"{_folder.File("model.data-00000-of-00001")}: does not exist; check the path",
            Assert.Throws<CheckpointException>(() => OptimizerImport.Read(path, "scale", [])).Message);
    }

    // Sizes 2, 3 and 4 for the levels, 12 features.
    private static IEnumerable<ForeignBytes.Values> PublishedScale() =>
    [
        .. Gru("PerTensor/Layer0_RNN", 12, 2), .. Gru("PerTensor/Layer1_RNN", 14, 3), .. Gru("Layer2_RNN", 3, 4),
        .. Affine("PerTensor/Layer0_RNN/Param", 3, 6), .. Affine("PerTensor/Layer0_RNN/Global", 4, 6), .. Affine("PerTensor/Layer1_RNN", 4, 9),
        .. new[] { 2, 3, 4 }.Select((size, level) => ForeignBytes.Counted($"LOL/Level{level}_RNN/init_vector", 1, size)),
        ForeignBytes.Counted("LOL/update_weights", 2, 1), ForeignBytes.Counted("LOL/PerTensor/GradsToDelta/Matrix", 4, 1),
        .. new[] { "scl_decay", "inp_decay", "learning_rate" }.SelectMany(head => (ForeignBytes.Values[])
            [ForeignBytes.Counted($"LOL/{head}_weights", 2, 1), ForeignBytes.Counted($"LOL/{head}_bias", 1)]),
        ForeignBytes.Counted("LOL/PerTensor/learning_rate_momentum_logit"), ForeignBytes.Counted("LOL/PerTensor/param_stepsize_offset"),
    ];

    private static IEnumerable<ForeignBytes.Values> Gru(string cell, int inputs, int size) =>
    [
        .. Affine($"{cell}/BiasGRUCell/gates", inputs + size, 2 * size), .. Affine($"{cell}/BiasGRUCell/candidate", inputs + size, size),
    ];

    private static IEnumerable<ForeignBytes.Values> Affine(string name, int inputs, int outputs) =>
        [ForeignBytes.Counted($"LOL/{name}/Affine/Matrix", inputs, outputs), ForeignBytes.Counted($"LOL/{name}/Affine/Bias", outputs)];

    private static byte[] Changed(string name, ForeignBytes.Values by) =>
        ForeignBytes.DillPickle([.. SmallDm.Select(array => array.Name == name ? by : array)]);

    private OptimizerImport Import(string kind, byte[] file, params string[] overrides) =>
        OptimizerImport.Read(_folder.Write("file", file), kind, overrides);

    private string Refused(string kind, byte[] file)
    {
        var message = Assert.Throws<CheckpointException>(() => Import(kind, file)).Message;
        Assert.StartsWith($"{_folder.File("file")}: ", message, StringComparison.Ordinal);
        return message[(_folder.File("file").Length + 2)..];
    }

    private IOptimizer Loaded(string kind, byte[] file, params string[] overrides)
    {
        var path = _folder.File("out.safetensors");
        Import(kind, file, overrides).Write(path);
        return TrainedOptimizer.Load(path, _cpu).Optimizer;
    }

    private Dictionary<string, float[]> Written(string kind, byte[] file, string name = "file")
    {
        using var scope = NewDisposeScope();
        var path = _folder.File("out.safetensors");
        OptimizerImport.Read(_folder.Write(name, file), kind, []).Write(path);
        _ = TrainedOptimizer.Load(path, _cpu);
        return Safetensors.Read(path).Tensors.ToDictionary(entry => entry.Name, entry => entry.Tensor.data<float>().ToArray());
    }

    // Layers of 2 and 3 units, and the gradient as it is: 3 rows are one input and two units.
    private static IEnumerable<float> PublishedDm(ForeignBytes.Values[] arrays, float[] gradients, double outputScale)
    {
        var cells = new[] { (Size: 2, H: new double[2], C: new double[2]), (Size: 3, H: new double[3], C: new double[3]) };
        foreach (var gradient in gradients)
        {
            double[] x = [gradient];
            foreach (var (layer, (size, h, c)) in cells.Index())
            {
                var (w, b) = (arrays[2 * layer], arrays[(2 * layer) + 1].Numbers);
                double[] inputs = [.. x, .. h];
                double Gate(int gate, int unit) =>
                    b[(gate * size) + unit] + inputs.Select((value, row) => value * w.Numbers[(row * 4 * size) + (gate * size) + unit]).Sum();
                double[] next = [.. Enumerable.Range(0, size).Select(unit =>
                    (Sigmoid(Gate(2, unit) + 1) * c[unit]) + (Sigmoid(Gate(0, unit)) * Math.Tanh(Gate(1, unit))))];
                double[] output = [.. Enumerable.Range(0, size).Select(unit => Sigmoid(Gate(3, unit)) * Math.Tanh(next[unit]))];
                next.CopyTo(c, 0);
                output.CopyTo(h, 0);
                x = output;
            }

            yield return (float)(outputScale * (arrays[^1].Numbers[0] + x.Zip(arrays[^2].Numbers, (value, weight) => value * weight).Sum()));
        }
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
