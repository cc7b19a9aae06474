using System.CommandLine;
using L2O.Cli.Arguments;
using L2O.Experiments.Training;

namespace L2O.Cli;

/// <summary>`l2o export`: a trained optimizer in one small file.</summary>
internal static class ExportCommand
{
    internal static Command Create()
    {
        Argument<string> run = new("run")
        {
            Description = "A run of train, whose best checkpoint counts",
            CustomParser = PathParser.One("run", "a directory"),
        };
        Command command = new("export", "Put a trained optimizer into a file of its own, with its config and where it comes from")
        {
            run, CheckpointTarget.OutOption, CheckpointTarget.ForceOption,
        };
        command.SetAction(parsed =>
        {
            var file = CheckpointTarget.Free(parsed);
            LibtorchOption.Require();
            TrainedExport.Write(parsed.GetRequiredValue(run), file);
            Console.WriteLine(file);
        });
        return command;
    }
}
