using System.CommandLine;
using L2O.Cli.Arguments;
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
        Option<string[]> settings = new("--set")
        {
            Description = "An option of the optimizer that the file does not hold, for instance output_scale=0.1; may be repeated",
            HelpName = "KEY=VALUE",
            DefaultValueFactory = _ => [],
        };
        Command command = new("import", "Make a checkpoint of a trained optimizer that another program wrote")
        {
            file, kind, CheckpointTarget.OutOption, settings, CheckpointTarget.ForceOption,
        };
        command.SetAction(parsed =>
        {
            var path = CheckpointTarget.Free(parsed);
            var import = OptimizerImport.Read(
                parsed.GetRequiredValue(file), parsed.GetRequiredValue(kind), parsed.GetRequiredValue(settings));
            LibtorchOption.Require();
            import.Write(path);
            Console.WriteLine(import.Sentence);
            Console.WriteLine(path);
        });
        return command;
    }
}
