using BenchmarkDotNet.Running;
using L2O.Benchmarks;

if (args is ["ratios", .. var counts])
{
    Ratios.Print(counts.Length > 0 ? [.. counts.Select(long.Parse)] : [15_910, 100_000, 1_000_000]);
}
else if (args is ["speed", .. var sizes])
{
    Speed.Print(sizes.Length > 0 ? [.. sizes.Select(long.Parse)] : [15_910, 100_000, 1_000_000]);
}
else if (args is ["memory", "once", var coordinateCount])
{
    Memory.PrintOnce(long.Parse(coordinateCount));
}
else if (args is ["memory", .. var coordinates])
{
    Memory.Print(coordinates.Length > 0 ? [.. coordinates.Select(long.Parse)] : [15_910, 100_000, 1_000_000]);
}
else if (args is ["costs", var folder])
{
    Costs.Plot(folder);
}
else if (args is ["regularizers", var path])
{
    Regularizers.Print(path);
}
else if (args is ["optimizers"])
{
    LearnedOptimizers.Print();
}
else if (args is ["kernels"])
{
    KernelTimes.Print();
}
else if (args is ["choices", var config])
{
    Choices.Print(config);
}
else if (args is ["perceptrons"])
{
    Perceptrons.Print();
}
else if (args is ["meta-steps"])
{
    MetaSteps.Print();
}
else if (args is ["tasks"])
{
    TaskThreads.Print();
}
else if (args is ["modules"])
{
    ModuleSteps.Print();
}
else if (args is ["loops"])
{
    Loops.Print();
}
else
{
    BenchmarkSwitcher.FromAssembly(typeof(Ratios).Assembly).Run(args);
}
