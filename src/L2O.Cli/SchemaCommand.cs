using System.CommandLine;
using System.Reflection;
using L2O.Cli.Reference;
using L2O.Configs.Schemas;
using L2O.Experiments;
using L2O.Registration;

namespace L2O.Cli;

/// <summary>`l2o schema`: what configs can say, for editors that check and complete while one types.</summary>
internal static class SchemaCommand
{
    private static readonly Dictionary<string, Type> _configs = new()
    {
        ["train"] = typeof(TrainConfig),
        ["evaluate"] = typeof(EvaluateConfig),
        ["analyze"] = typeof(AnalyzeConfig),
        ["sweep"] = typeof(SweepConfig),
    };

    internal static Command Create()
    {
        Argument<string?> config = new("config")
        {
            Description = "Configs of one command alone: train, evaluate, analyze or sweep",
            Arity = ArgumentArity.ZeroOrOne,
        };
        config.CompletionSources.Add([.. _configs.Keys]);
        config.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var given }] && !_configs.ContainsKey(given))
            {
                result.AddError($"l2o schema knows no `{given}`; choose {string.Join(", ", _configs.Keys)}");
            }
        });
        Command command = new("schema", "Print a JSON Schema of configs, for editors") { config };
        command.SetAction(parsed =>
        {
            Documentation documentation = new();
            var (title, types) = parsed.GetValue(config) is { } name
                ? ($"l2o {name} config", [_configs[name]])
                : ("l2o config", _configs.Values.ToArray());
            Console.WriteLine(ConfigSchema.Of(title, types, Registry.Kinds, Describe));

            string Describe(MemberInfo member) => member switch
            {
                Type type => documentation.Of(type),
                PropertyInfo property => documentation.Of(property),
                FieldInfo value => documentation.Of(value),
                _ => "",
            };
        });
        return command;
    }
}
