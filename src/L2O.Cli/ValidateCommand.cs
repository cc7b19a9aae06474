using System.CommandLine;
using L2O.Experiments;

namespace L2O.Cli;

/// <summary>`l2o validate`: checks a config without running it.</summary>
internal static class ValidateCommand
{
    internal static Command Create()
    {
        Command command = new("validate", "Check a config without running it");
        RunOptions.AddConfig(command);
        command.SetAction(parsed =>
        {
            var source = RunOptions.ConfigOf(parsed);
            Console.WriteLine($"{source.Name}: {ConfigCommands.Check(source)}, no problems");
            return 0;
        });
        return command;
    }
}
