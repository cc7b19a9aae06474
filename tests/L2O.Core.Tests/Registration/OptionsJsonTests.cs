using System.Text.Json;
using L2O.Errors;
using L2O.Kernels;
using L2O.Optimizers.Learned;
using L2O.Options;
using L2O.Registration;
using Xunit;

namespace L2O.Tests.Registration;

public sealed class OptionsJsonTests
{
    [Fact]
    public void OptionsOfEveryLearnedOptimizerComeBack() => Assert.All(
        Registry.Kinds(Family.LearnedOptimizer),
        kind =>
        {
            var options = (IOptions?)Activator.CreateInstance(kind.Value) ?? throw new InvalidOperationException(kind.Key);

            var text = OptionsJson.Write(options);

            using var json = JsonDocument.Parse(text);
            Assert.Equal(kind.Key, json.RootElement.GetProperty("kind").GetString());
            var read = OptionsJson.Read("a", text);
            Assert.Equal(kind.Value, read.GetType());
            Assert.Equal(text, OptionsJson.Write(read));
        });

    [Fact]
    public void KeysAreThoseOfConfigs()
    {
        DmOptions options = new() { Hidden = [3], OutputScale = 0.25, Backend = Backend.Fused };

        Assert.Equal(
            """{"kind":"dm","hidden":[3],"output_scale":0.25,"preprocessing":"log_and_sign","preprocess_k":5,"backend":"fused"}""",
            OptionsJson.Write(options));
        Assert.Equal(0.25, ((DmOptions)OptionsJson.Read("a", """{"kind": "dm", "output_scale": 2.5e-1}""")).OutputScale);
    }

    [Theory]
    [InlineData("", "JSON")]
    [InlineData("[]", "object")]
    [InlineData("""{"hidden": [3]}""", "`kind` is missing")]
    [InlineData("""{"kind": 3}""", "")]
    [InlineData("""{"kind": "adam"}""", "kind is adam; this version has dm, rnnprop,")]
    [InlineData("""{"kind": "dm", "hiden": [3]}""", "hiden")]
    [InlineData("""{"kind": "dm", "hidden": [3], "hidden": [4]}""", "hidden")]
    [InlineData("""{"kind": "dm", "hidden": [3.5]}""", "hidden")]
    [InlineData("""{"kind": "dm", "hidden": null}""", "hidden")]
    [InlineData("""{"kind": "dm", "hidden": [0]}""", "hidden.0 is 0; choose 1 or more")]
    [InlineData("""{"kind": "dm", "backend": 7}""", "backend")]
    public void WhatIsNoOptimizerOfThisVersionIsRefusedInOneSentence(string text, string reason)
    {
        var error = Assert.Throws<CheckpointException>(() => OptionsJson.Read("a.safetensors", text));

        Assert.StartsWith("a.safetensors: its optimizer is none that this version knows: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("\n", error.Message, StringComparison.Ordinal);
    }
}
