using System.CommandLine;
using L2O.Errors;
using L2O.Imports;

namespace L2O.Cli;

/// <summary>`l2o import`: makes a checkpoint of a trained optimizer that another program wrote.</summary>
internal static class ImportCommand
{
    internal static Command Create()
    {
        Argument<string> file = new("file")
        {
            Description = "A pickle (.l2l), the .index of a TensorFlow checkpoint, MessagePack of flax, or .npz",
            CustomParser = PathParser.One("file", "a file"),
        };
        Option<string> kind = new("--kind")
        {
            Description = $"What it holds: {string.Join(", ", OptimizerImport.Kinds)}",
            HelpName = "KIND",
            Required = true,
        };
        kind.CompletionSources.Add([.. OptimizerImport.Kinds]);
        kind.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var given }] && !OptimizerImport.Kinds.Contains(given))
            {
                result.AddError($"--kind is {given}; choose {string.Join(", ", OptimizerImport.Kinds)}");
            }
        });
        Option<string> target = new("--out")
        {
            Description = "The checkpoint to write",
            HelpName = "FILE",
            Required = true,
            CustomParser = PathParser.One("--out", "a file"),
        };
        Option<string[]> settings = new("--set")
        {
            Description = "An option of the optimizer that the file does not hold, for instance output_scale=0.1; may be repeated",
            HelpName = "KEY=VALUE",
            DefaultValueFactory = _ => [],
        };
        Option<bool> force = new("--force") { Description = "Replace --out if it is there" };
        Command command = new("import", "Make a checkpoint of a trained optimizer that another program wrote")
        {
            file, kind, target, settings, force,
        };
        command.SetAction(parsed =>
        {
            var path = parsed.GetRequiredValue(target);
            RequireFree(path, parsed.GetValue(force));
            var import = OptimizerImport.Read(
                parsed.GetRequiredValue(file), parsed.GetRequiredValue(kind), parsed.GetRequiredValue(settings));
            import.Write(path);
            Console.WriteLine(import.Sentence);
            Console.WriteLine(path);
        });
        return command;
    }

    private static void RequireFree(string path, bool isForced)
    {
        if (Directory.Exists(path) || (File.Exists(path) && !isForced))
        {
            throw new ConfigException(Directory.Exists(path)
                ? $"{path}: is a directory; name a file in it by --out"
                : $"{path}: is there already; choose another --out, or replace it by --force");
        }
    }
}
