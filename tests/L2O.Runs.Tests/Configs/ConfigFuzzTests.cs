using L2O.Configs;
using L2O.Errors;
using L2O.Experiments;
using L2O.Randomness;
using L2O.Registration;
using L2O.Tests.Support;
using Xunit;

namespace L2O.Tests.Configs;

public sealed class ConfigFuzzTests(ITestOutputHelper output)
{
    private const int Cases = 4_000;

    private static readonly string Base = Path.Combine(Repository.Root, "configs", "train", "dm-mnist.yaml");

    private static readonly string[] Seeds =
    [
        """
        name: dm-small   # a comment
        seed: 3
        optimizer: {kind: dm, hidden: [20, 20], output_scale: 0.01}
        optimizees:
          - {kind: mlp, data: mnist, hidden: {choice: [[20], [20, 20]]}, activation: sigmoid, batch_size: 128}
          - &second
            kind: mlp
            data: "synthetic_digits"
            weight: 2.5e-1
        meta:
          iterations: 1000
          optimizer: {kind: adam, learning_rate: 1e-3}
          second_derivatives: false
        validation: {every: 100, episodes: 20}
        """,
        """
        name: unseen
        optimizers:
          - {name: flat, kind: checkpoint, path: runs/x/best.safetensors}
          - {kind: adam, learning_rate: [1e-4, 3e-4], beta1: [0.9]}
        optimizees: [{kind: mlp, data: mnist}]
        steps: 10000
        targets: [0.5, 0.1]
        """,
        $$"""
        name: flat
        extends: {{Base}}
        optimizer: &rule
          output_scale: 0.2
        meta:
          steps: 40
          optimizer: {kind: sgd, learning_rate: 1e-3}
        regularizer: {kind: hessian_ev, weight: 1e-2}
        """,
    ];

    private static readonly string[] Fragments =
    [
        "[", "]", "{", "}", ":", ": ", ",", "- ", "\n", "\n  ", "\t", "\"", "'", "#", "&a ", "*a", "!x ", "~", "null", "-1",
        "1e999", ".nan", "99999999999", "kind: ", "choice: ", "[[", "? ", "|\n", ">\n", "---\n", "...\n", "%YAML 1.2\n", "\0",
        "\u2028", "\ud800", "<<: *second", "<<: {seed: 1}", "@", "`", "\uFEFF", "\r\n", "\r",
        "extends: ", "extends: fuzz.yaml\n", "extends: .\n",
    ];

    [Fact]
    public void WhateverTheTextTheReaderReadsItOrSaysWhatIsWrong()
    {
        var (read, _) = Fuzz.Run<(int Seed, string Text), ConfigException>(
            output,
            "configs",
            Cases,
            (int i, ref SplitMix64 random) => (i % Seeds.Length, Mutated(Seeds[i % Seeds.Length], ref random)),
            input => Read(input.Seed, input.Text));

        Assert.InRange(read, Cases / 100, Cases - (Cases / 100));
    }

    private static void Read(int seed, string text)
    {
        ConfigSource source = new("fuzz.yaml", text, []);
        try
        {
            _ = seed == 1
                ? (object)ConfigReader.Read<EvaluateConfig>(source, Registry.Kinds)
                : ConfigReader.Read<TrainConfig>(source, Registry.Kinds);
        }
        catch (ConfigException e)
        {
            Assert.Contains(new[] { "fuzz.yaml", Base }, file => e.Message.StartsWith($"{file}:", StringComparison.Ordinal));
            throw;
        }
    }

    private static string Mutated(string text, ref SplitMix64 random)
    {
        for (var edits = 1 + random.NextInt32(3); edits > 0 && text.Length > 0; edits--)
        {
            var at = random.NextInt32(text.Length);
            var length = Math.Min(random.NextInt32(12), text.Length - at);
            text = random.NextInt32(6) switch
            {
                0 => text.Remove(at, length),
                1 => text.Insert(at, Fragments[random.NextInt32(Fragments.Length)]),
                2 => text.Insert(random.NextInt32(text.Length), text.Substring(at, length)),
                3 => $"\uFEFF{text}",
                4 => text.ReplaceLineEndings("\r\n"),
                _ => text.Remove(at, 1).Insert(at, $"{(char)(32 + random.NextInt32(95))}"),
            };
        }

        return text;
    }
}
