using L2O.Cli;

return await CommandLine.Run(args);
