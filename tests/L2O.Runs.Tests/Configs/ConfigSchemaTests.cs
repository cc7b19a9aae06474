using System.Text.Json;
using L2O.Configs;
using L2O.Errors;
using L2O.Experiments;
using L2O.Options;
using L2O.Randomness;
using L2O.Registration;
using L2O.Tests.Support;
using Xunit;

namespace L2O.Tests.Configs;

public sealed class ConfigSchemaTests(ITestOutputHelper output)
{
    private const int Mutations = 1_500;

    private const string Train = """
        name: small
        optimizer: {kind: dm, hidden: [20, 20]}
        optimizees:
          - {kind: mlp, data: mnist, hidden: {choice: [[20], [40, 40]]}, weight: 2}
          - {name: bowls, choice: [{kind: bowl}, {kind: quadratic, noise: 0.1}]}
          - {kind: sum, terms: [{kind: bowl}]}
        meta: {iterations: 10, optimizer: {kind: adam, learning_rate: 1e-3}, random_unroll: null}
        regularizer: {kind: hessian_ev, weight: 1e-2, start: 1}
        """;

    private const string Compare = """
        name: 2024
        optimizers:
          - {name: flat, kind: checkpoint, path: best.safetensors}
          - {kind: adam, learning_rate: [1e-4, 1e-3], beta1: {choice: [0.9]}}
        optimizees: [{kind: mlp, data: mnist, batch_size: [64, 128]}]
        steps: 1000
        """;

    private static readonly Dictionary<string, Type> Commands = new()
    {
        ["train"] = typeof(TrainConfig),
        ["evaluate"] = typeof(EvaluateConfig),
        ["analyze"] = typeof(AnalyzeConfig),
        ["sweep"] = typeof(SweepConfig),
    };

    private static readonly string Folder = Path.Combine(Repository.Root, "configs");
    private static readonly SchemaCheck All = new(Registry.Kinds, [.. Commands.Values]);
    private static readonly Dictionary<string, SchemaCheck> Each =
        Commands.ToDictionary(command => command.Key, command => new SchemaCheck(Registry.Kinds, command.Value));

    private static readonly SchemaCheck Sample = new(SampleConfig.Kinds, typeof(SampleConfig));

    public static TheoryData<string> Configs => [.. Directory.GetFiles(Folder, "*.yaml", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(Folder, file))];

    [Theory]
    [MemberData(nameof(Configs))]
    public void EveryConfigOfTheRepositoryPasses(string name)
    {
        var text = File.ReadAllText(Path.Combine(Folder, name));

        Assert.Equal("", All.Problems(text));
        Assert.Contains(Each.Values, check => check.Problems(text).Length == 0);
    }

    [Theory]
    [InlineData("iterations: 10", "iteratons: 10")]
    [InlineData("name: small", "name: small\nnmae: x")]
    [InlineData("name: small\n", "")]
    [InlineData("kind: dm", "kind: adam")]
    [InlineData("kind: dm, ", "")]
    [InlineData("kind: dm", "kind: dm, learning_rate: 1")]
    [InlineData("[20, 20]", "20")]
    [InlineData("[20, 20]", "[20, x]")]
    [InlineData("[20, 20]", "[20, 0]")]
    [InlineData("data: mnist", "data: mnits")]
    [InlineData("data: mnist, ", "")]
    [InlineData("weight: 2", "weight: heavy")]
    [InlineData("weight: 2", "weight: 0")]
    [InlineData("weight: 2", "weight: [1, 2]")]
    [InlineData("choice: [[20], [40, 40]]", "choice: []")]
    [InlineData("choice: [[20], [40, 40]]", "choice: [[20]], more: 1")]
    [InlineData("choice: [{kind: bowl}", "choice: [{kind: bowls}")]
    [InlineData("terms: [{kind: bowl}]", "terms: [{kind: bowl, x: 1}]")]
    [InlineData("iterations: 10", "iterations: 10.5")]
    [InlineData("iterations: 10", "iterations: 0")]
    [InlineData("iterations: 10", "iterations: '10'")]
    [InlineData("iterations: 10", "iterations: null")]
    [InlineData("kind: adam", "kind: dm")]
    [InlineData("random_unroll: null", "random_unroll: 3")]
    [InlineData("kind: hessian_ev", "kind: hessian")]
    [InlineData("start: 1", "start: 1, target: phi")]
    [InlineData("start: 1", "start: 1, probes: 1, momentum: 2")]
    [InlineData("name: small", "name: small\nrecord_every: 10")]
    public void WhatTheReaderRefusesIsRefused(string right, string wrong)
    {
        var yaml = Train.Replace(right, wrong, StringComparison.Ordinal);

        Assert.Throws<ConfigException>(() => ConfigReader.Read<TrainConfig>(new("a.yaml", yaml, []), Registry.Kinds));
        Assert.NotEqual("", All.Problems(yaml));
        Assert.NotEqual("", Each["train"].Problems(yaml));
    }

    [Fact]
    public void OneSchemaTellsConfigsApart()
    {
        foreach (var yaml in new[] { Train, Compare, Compare + "\nrecord_every: 10", Compare + "\nresamples: 10\nmetrics: [{kind: sam_loss}]" })
        {
            Assert.Equal("", All.Problems(yaml));
        }

        Assert.NotEqual("", All.Problems(Compare + "\nrecord_every: 10\nresamples: 10"));
        Assert.NotEqual("", All.Problems("name: x\nsteps: 3"));
        Assert.NotEqual("", All.Problems("[]"));
    }

    // What the other file says nobody knows here; what this one says must be right all the same.
    [Theory]
    [InlineData("", true)]
    [InlineData("name: x", true)]
    [InlineData("optimizer: {hidden: [30]}\nregularizer: {weight: 1e-2}\nmeta: {optimizer: {learning_rate: 1e-3}}", true)]
    [InlineData("optimizees: [{kind: mlp, data: mnist}]\nregularizer: {kind: local_entropy, start: 3}", true)]
    [InlineData("nmae: x", false)]
    [InlineData("optimizer: {kind: dm, learning_rate: 1}", false)]
    [InlineData("optimizer: {kind: adam}", false)]
    [InlineData("meta: {iteratons: 10}", false)]
    [InlineData("meta: {iterations: 0}", false)]
    [InlineData("meta: {optimizer: {kind: adam, beta3: 1}}", false)]
    [InlineData("regularizer: {kind: hessian_ev, weigth: 1}", false)]
    [InlineData("regularizer: {weight: heavy}", false)]
    [InlineData("optimizees: [{kind: mlp}]", false)]
    [InlineData("optimizees: [{hidden: [20]}]", false)]
    public void WhereAConfigExtendsAnotherNothingIsRequiredButInLists(string lines, bool isRight)
    {
        var yaml = $"extends: base.yaml\n{lines}";

        Assert.True(Each["train"].Problems(yaml).Length == 0 == isRight, Each["train"].Problems(yaml));
        Assert.True(All.Problems(yaml).Length == 0 == isRight, All.Problems(yaml));
    }

    [Fact]
    public void TheFileThatAConfigExtendsIsDescribed()
    {
        using var schema = JsonDocument.Parse(Each["train"].Text);
        var key = schema.RootElement.GetProperty("definitions").GetProperty("config_file_keys.extends");

        Assert.Equal("about Extends", key.GetProperty("description").GetString());
        Assert.NotEqual("", Each["train"].Problems("extends: [base.yaml]"));
    }

    // Of the sample config every type of value, right and wrong; what it requires of values only the reader knows.
    [Theory]
    [InlineData("count: 7\nlarge: 9000000000\nrate: 1e-4\nlimit: ~\nnote: \"5\"\nis_loud: true\nshape: open", true)]
    [InlineData("sizes: [4, 5]\nwords: [yes, 'a b']\nshapes: [open, half_open]\npart: {low: 1}\nparts: [{high: 3}, {}]", true)]
    [InlineData("thing: {kind: fancy, weight: 2, part: {high: 4}}\ndata: second", true)]
    [InlineData("entries: [{kind: fancy, weight: [1, 2], label: x}, {choice: [{kind: plain}]}]", true)]
    [InlineData("entries: [{kind: fancy, weight: {choice: [1, 2]}, hidden: {choice: [[1], [2]]}, part: {low: [1, 2]}}]", true)]
    [InlineData("cuont: 1", false)]
    [InlineData("part: {hihg: 1}", false)]
    [InlineData("count: many", false)]
    [InlineData("count: true", false)]
    [InlineData("rate: '1'", false)]
    [InlineData("is_loud: yes", false)]
    [InlineData("shape: 0", false)]
    [InlineData("sizes: 20", false)]
    [InlineData("words: [[x]]", false)]
    [InlineData("thing: plain", false)]
    [InlineData("thing: {kind: fancy}", false)]
    [InlineData("thing: {kind: [plain]}", false)]
    [InlineData("thing: {kind: plain, weight: 1}", false)]
    [InlineData("thing: {kind: fancy, weight: [1, 2]}", false)]
    [InlineData("data: frist", false)]
    [InlineData("entries: [{kind: plain, lable: x}]", false)]
    [InlineData("entries: [{label: x}]", false)]
    [InlineData("entries: [{kind: fancy, weight: []}]", false)]
    public void ValuesOfEveryTypeAreCheckedAsTheReaderDoes(string lines, bool isRight)
    {
        var yaml = $"name: x\n{lines}";
        Assert.Equal(isRight, IsRead(() => SampleConfig.Read(yaml)));

        var problems = Sample.Problems(yaml);

        Assert.True(problems.Length == 0 == isRight, problems);
    }

    // The schema refuses nothing that the reader accepts, and what has a wrong key, type or kind it refuses too.
    [Fact]
    public void MutatedConfigsAreRefusedByBothOrByNeither()
    {
        var random = RandomStreams.FromSeed(1).At("schema").Scalars();
        (string Command, MapNode Config)[] seeds =
        [
            ("train", Node(Train)), ("evaluate", Node(Compare)), ("analyze", Node(Compare)),
            .. Configs.Select(name => Node(File.ReadAllText(Path.Combine(Folder, name.Data))) switch
            {
                var config when config.Child("evaluate") is not null || config.Child("analyze") is not null => ("sweep", config),
                var config when config.Child("optimizer") is not null || config.Child("extends") is not null => ("train", config),
                var config => (Path.GetDirectoryName(name.Data) is "analyze" ? "analyze" : "evaluate", config),
            }),
        ];
        var (accepted, refused) = (0, 0);
        for (var i = 0; i < Mutations; i++)
        {
            var (command, config) = seeds[i % seeds.Length];
            var mutated = ConfigMutation.Of(config, ref random);
            var yaml = ConfigWriter.OneLine(mutated);
            var message = Message(command, yaml);
            var problems = Each[command].Problems(mutated);
            if (message.Length == 0)
            {
                Assert.True(problems.Length == 0, $"{yaml}\n{problems}");
                accepted++;
            }
            else if (IsOfForm(message, mutated.Child("extends") is not null))
            {
                Assert.True(problems.Length > 0, $"{yaml}\n{message}");
                refused++;
            }
        }

        output.WriteLine($"{Mutations} configs, {accepted} accepted, {refused} refused for their form");
        Assert.InRange(accepted, Mutations / 20, Mutations);
        Assert.InRange(refused, Mutations / 4, Mutations);
    }

    [Fact]
    public void KeysAreDescribedWithTheirDefaultsAndRanges()
    {
        using var schema = JsonDocument.Parse(Each["train"].Text);
        JsonElement Key(string record, string key) => schema.RootElement.GetProperty("definitions").GetProperty($"{record}.{key}");

        Assert.Equal("http://json-schema.org/draft-07/schema#", schema.RootElement.GetProperty("$schema").GetString());
        Assert.Equal("about Iterations", Key("meta_options", "iterations").GetProperty("description").GetString());
        Assert.Equal(1000, Key("meta_options", "iterations").GetProperty("default").GetInt32());
        Assert.Equal(1, Key("meta_options", "iterations").GetProperty("minimum").GetInt32());
        Assert.Equal(1, Key("meta_options", "rollback_factor").GetProperty("maximum").GetInt32());
        Assert.Equal(0, Key("meta_options", "rollback_factor").GetProperty("exclusiveMinimum").GetInt32());
        Assert.False(Key("meta_options", "unroll").TryGetProperty("minimum", out _));
        Assert.Equal(["mean", "log"], Key("meta_options", "loss").GetProperty("enum").EnumerateArray().Select(value => value.GetString()));
    }

    // What one method of an option demands of another is not demanded of all.
    [Fact]
    public void ARangeThatAnotherKeyWidensIsTheWidest()
    {
        using var schema = JsonDocument.Parse(Each["analyze"].Text);
        var probes = schema.RootElement.GetProperty("definitions").GetProperty("hessian_trace_options.probes_varied");

        Assert.Equal(1, probes.GetProperty("anyOf")[0].GetProperty("minimum").GetInt32());
    }

    private static MapNode Node(string yaml) =>
        ConfigParser.Parse("a.yaml", yaml, new()) as MapNode ?? throw new InvalidOperationException(yaml);

    private static string Message(string command, string yaml)
    {
        ConfigSource source = new(Path.Combine(Folder, "train", "a.yaml"), yaml, []);
        try
        {
            _ = command switch
            {
                "train" => (IOptions)ConfigReader.Read<TrainConfig>(source, Registry.Kinds),
                "sweep" => ConfigReader.Read<SweepConfig>(source, Registry.Kinds),
                "evaluate" => ConfigReader.Read<EvaluateConfig>(source, Registry.Kinds),
                _ => ConfigReader.Read<AnalyzeConfig>(source, Registry.Kinds),
            };
            return "";
        }
        catch (ConfigException e)
        {
            return e.Message;
        }
    }

    private static bool IsRead(Action read)
    {
        try
        {
            read();
            return true;
        }
        catch (ConfigException)
        {
            return false;
        }
    }

    // What is missing where a config extends another, that other could have given.
    private static bool IsOfForm(string message, bool isExtended)
    {
        string[] ends =
        [
            "choose a whole number", "choose a number", "choose true or false", "choose text", "choose a map",
            .. Enum.GetValues<Family>().Select(family => $"choose {string.Join(", ", Registry.Kinds(family).Keys)}"),
        ];
        const string missing = "is missing; choose ";
        var lines = message.Split('\n').Where(line => !isExtended || !line.Contains(missing, StringComparison.Ordinal));
        return lines.Any(line => line.Contains(": unknown key `", StringComparison.Ordinal)
            || line.Contains(missing, StringComparison.Ordinal)
            || line.Contains("; choose a list of ", StringComparison.Ordinal)
            || line.Contains(" a map whose kind is ", StringComparison.Ordinal)
            || ends.Any(end => line.EndsWith(end, StringComparison.Ordinal)));
    }
}
