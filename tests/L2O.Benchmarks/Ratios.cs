using L2O.Kernels;
using static TorchSharp.torch;

namespace L2O.Benchmarks;

/// <summary>How much faster the fused backend is than libtorch's tape and than a plain implementation.</summary>
internal static class Ratios
{
    // Beyond this the graph of an unroll does not fit in 24 GB: libtorch then takes one part of the coordinates after
    // the other, of a size at which it is about as fast as it gets.
    private const long LargestGraph = 200_000;
    private const long PartSize = 16_384;

    // Where a step takes libtorch a second.
    private const int FewSteps = 3;

    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(15);

    /// <summary>Prints a table for each number of coordinates.</summary>
    internal static void Print(IReadOnlyList<long> counts)
    {
        var threads = Environment.ProcessorCount;
        var report = Report.Begin(threads);
        foreach (var count in counts)
        {
            Console.WriteLine($"N = {count:N0}, T = {UnrollWork.StepCount}, two layers of 20");
            Print(report, count, threads);
        }

        Console.WriteLine($"largest resident memory {PeakMemory.MiB():F0} MiB");
    }

    private static void Print(Report report, long count, int threads)
    {
        using var scope = NewDisposeScope();
        using var plain = new PlainLstm([20, 20]);
        var (fused, torch) = (new UnrollWork(count, Backend.Fused), new UnrollWork(count, Backend.Torch));
        var (step, metaGradient) = (UnrollWork.StepOperations(count), UnrollWork.MetaGradientOperations(count));
        var row = count > LargestGraph ? FewSteps : UnrollWork.StepCount;
        report.Print(
            $"forward step, of {row} in a row",
            Interleaved.Measure(
                [
                    new("fused", 1, fused.ForwardSteps(row), row, step),
                    new("torch tape", threads, torch.ForwardSteps(row), row, step),
                    new("plain", threads, fused.PlainForwardSteps(plain, row), row, step),
                ],
                Budget));
        var parts = count > LargestGraph ? (int)((count + PartSize - 1) / PartSize) : 1;
        var part = parts > 1 ? new UnrollWork(count / parts, Backend.Torch) : torch;
        Candidate[] graphs =
        [
            new("torch tape", threads, Repeated(parts, part.MetaIteration()), Operations: metaGradient),
            new("plain", threads, Repeated(parts, part.PlainMetaIteration(plain)), Operations: metaGradient),
        ];
        var graph = parts > 1 ? $" (libtorch's in {parts} parts, for its graph does not fit)" : string.Empty;
        report.Print(
            $"meta-gradient, libtorch's with the steps{graph}",
            Interleaved.Measure([new("fused", 1, fused.MetaGradient(), Operations: metaGradient), .. graphs], Budget));

        // The kernels make the steps twice.
        var metaIteration = metaGradient + (UnrollWork.StepCount * step);
        report.Print(
            $"meta-iteration: the steps and their meta-gradient{graph}",
            Interleaved.Measure([new("fused", 1, fused.MetaIteration(), Operations: metaIteration), .. graphs], Budget));
        var hidden = MlpTask.HiddenFor(count);
        var evaluation = UnrollWork.StepOperations(MlpTask.CountOf(hidden)) + MlpTask.GradientOperations(hidden);
        report.Print(
            $"evaluation step, of {row} in a row, with the gradient of an MLP 784-{hidden}-10, batch 128",
            Interleaved.Measure(
                [
                    new("fused", 1, new EvaluationWork(hidden, Backend.Fused).Steps(row), row, evaluation),
                    new("torch tape", threads, new EvaluationWork(hidden, Backend.Torch).Steps(row), row, evaluation),
                ],
                Budget));
    }

    private static Action Repeated(int times, Action run) => () =>
    {
        for (var i = 0; i < times; i++)
        {
            run();
        }
    };
}
