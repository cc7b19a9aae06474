using BenchmarkDotNet.Attributes;
using L2O.Optimizers.Learned;
using static TorchSharp.torch;

namespace L2O.Benchmarks;

/// <summary>The learned optimizer alone, with statistics and allocations.</summary>
[InProcess]
[MemoryDiagnoser]
public class KernelBenchmarks
{
    private Action _forwardSteps = () => { };
    private Action _metaGradient = () => { };
    private Action _metaIteration = () => { };

    /// <summary>Coordinates.</summary>
    [Params(15_910, 100_000)]
    public long Count { get; set; }

    /// <summary>What computes the steps.</summary>
    [Params(Backend.Torch, Backend.Fused)]
    public Backend Backend { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        set_num_threads(Backend == Backend.Fused ? 1 : Environment.ProcessorCount);
        var work = new UnrollWork(Count, Backend);
        _forwardSteps = work.ForwardSteps();
        _metaIteration = work.MetaIteration();

        // libtorch's graph can be gone through once: its meta-gradient is measured with the steps that made it.
        _metaGradient = Backend == Backend.Fused ? work.MetaGradient() : _metaIteration;
    }

    [Benchmark]
    public void ForwardSteps() => _forwardSteps();

    [Benchmark]
    public void MetaGradient() => _metaGradient();

    [Benchmark]
    public void MetaIteration() => _metaIteration();
}
