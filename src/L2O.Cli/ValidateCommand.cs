using System.CommandLine;
using L2O.Experiments;
using L2O.Experiments.Sweeps;

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
            var description = ConfigCommands.Check(source);
            if (ConfigCommands.IsSweep(source))
            {
                _ = SweepPlan.Read(source, directory: null, options: []);
            }

            Console.WriteLine($"{source.Name}: {description}, no problems");
            return 0;
        });
        return command;
    }
}
