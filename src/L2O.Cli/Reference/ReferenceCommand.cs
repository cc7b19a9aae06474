using System.CommandLine;

namespace L2O.Cli.Reference;

/// <summary>`l2o list reference`: all that configs can say and all that tables hold, as configs/README.md has it.</summary>
internal static class ReferenceCommand
{
    internal static Command Create()
    {
        Command command = new("reference", "Every key of configs and every column of tables, in Markdown");
        command.SetAction(_ =>
        {
            Documentation documentation = new();
            foreach (var line in new ConfigReference(documentation).Lines().Concat(TableReference.Lines(documentation)))
            {
                Console.WriteLine(line);
            }
        });
        return command;
    }
}
