using BenchmarkDotNet.Running;
using L2O.Benchmarks;

if (args is ["ratios", .. var counts])
{
    Ratios.Print(counts.Length > 0 ? [.. counts.Select(long.Parse)] : [EvaluationWork.Count, 100_000, 1_000_000]);
}
else if (args is ["kernels"])
{
    KernelTimes.Print();
}
else
{
    BenchmarkSwitcher.FromAssembly(typeof(Ratios).Assembly).Run(args);
}
