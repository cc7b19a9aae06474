using BenchmarkDotNet.Attributes;
using L2O.Kernels;
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

    [GlobalSetup(Targets = [nameof(FusedForwardSteps), nameof(FusedMetaGradient), nameof(FusedMetaIteration)])]
    public void SetUpFused()
    {
        var work = SetUp(Backend.Fused, torchThreads: 1);
        _metaGradient = work.MetaGradient();
    }

    [GlobalSetup(Targets = [nameof(TorchForwardSteps), nameof(TorchMetaIteration)])]
    public void SetUpTorch() => SetUp(Backend.Torch, Environment.ProcessorCount);

    [Benchmark]
    public void FusedForwardSteps() => _forwardSteps();

    [Benchmark]
    public void TorchForwardSteps() => _forwardSteps();

    // libtorch's graph can be gone through once: its meta-gradient is measured only with the steps that made it.
    [Benchmark]
    public void FusedMetaGradient() => _metaGradient();

    [Benchmark]
    public void FusedMetaIteration() => _metaIteration();

    [Benchmark]
    public void TorchMetaIteration() => _metaIteration();

    private UnrollWork SetUp(Backend backend, int torchThreads)
    {
        set_num_threads(torchThreads);
        var work = new UnrollWork(Count, backend);
        _forwardSteps = work.ForwardSteps();
        _metaIteration = work.MetaIteration();
        return work;
    }
}
