using System.Collections.Concurrent;
using System.Numerics;
using System.Runtime.Intrinsics;
using L2O.Data;
using L2O.Kernels.Vectors;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Optimizees.Networks.Fused;

/// <summary>The fused form of a perceptron, for one type of number. Several threads may use it at once.</summary>
/// <param name="sizes">Inputs, hidden units and outputs.</param>
/// <param name="activation">After each hidden layer.</param>
/// <param name="width">The registers.</param>
/// <param name="threads">The most that work on one gradient.</param>
internal sealed class FusedPerceptron(IReadOnlyList<long> sizes, Activation activation, VectorWidth width, int threads)
{
    private readonly PerceptronSizes _sizes = new(sizes);
    // By the order of the highest term along a line.
    private readonly ConcurrentBag<IPerceptronKernel>[] _single = [[], [], []];
    private readonly ConcurrentBag<IPerceptronKernel>[] _double = [[], [], []];

    /// <summary>With the widest registers there are, on every core.</summary>
    internal FusedPerceptron(IReadOnlyList<long> sizes, Activation activation)
        : this(sizes, activation, VectorWidths.Widest, Environment.ProcessorCount)
    {
    }

    /// <summary>Whether it can read them: on the CPU, in memory of one type, of a size that addresses can count.</summary>
    internal static bool CanRead(Tensor inputs) =>
        inputs.device_type == TorchSharp.DeviceType.CPU && inputs.dtype is ScalarType.Float32 or ScalarType.Float64
        && inputs.NumberOfElements * inputs.ElementSize <= int.MaxValue && inputs.is_contiguous();

    /// <summary>The mean cross-entropy of some examples and its gradient [N].</summary>
    internal (double Loss, Tensor Gradient) LossWithGradient(Tensor theta, Examples examples, ReadOnlySpan<int> indices)
    {
        var gradient = empty_like(theta);
        return (Tally(theta, examples, indices, gradient).Loss / indices.Length, gradient);
    }

    /// <summary>The sum of the examples' losses, that of their squares, and how many are classified correctly.</summary>
    internal (double Loss, double Squares, long CorrectCount) Tally(Tensor theta, Examples examples, ReadOnlySpan<int> indices) =>
        Tally(theta, examples, indices, gradient: null);

    /// <summary>The Hessian of the mean cross-entropy times a vector: [N].</summary>
    internal Tensor TimesVector(Tensor theta, Tensor v, Examples examples, ReadOnlySpan<int> indices)
    {
        var product = empty_like(theta);
        var kernel = Take(theta, order: 1);
        kernel.Run(Contiguous(theta), Contiguous(v), examples, indices, null, product);
        Return(kernel, theta, order: 1);
        return product;
    }

    /// <summary>The same, and the gradient of v'Hv in theta: both [N].</summary>
    internal (Tensor Product, Tensor FormGradient) TimesVectorWithGradient(
        Tensor theta, Tensor v, Examples examples, ReadOnlySpan<int> indices)
    {
        var (product, half) = (empty_like(theta), empty_like(theta));
        var kernel = Take(theta, order: 2);
        kernel.Run(Contiguous(theta), Contiguous(v), examples, indices, null, product, half);
        Return(kernel, theta, order: 2);
        return (product, half.mul_(2));
    }

    private (double Loss, double Squares, long CorrectCount) Tally(
        Tensor theta, Examples examples, ReadOnlySpan<int> indices, Tensor? gradient)
    {
        var kernel = Take(theta, order: 0);
        var (losses, correctCount) = kernel.Run(Contiguous(theta), direction: null, examples, indices, gradient);
        double sum = 0, squares = 0;
        foreach (var loss in losses)
        {
            sum += loss;
            squares += loss * loss;
        }

        Return(kernel, theta, order: 0);
        return (sum, squares, correctCount);
    }

    private IPerceptronKernel Take(Tensor theta, int order) =>
        Idle(theta, order).TryTake(out var kernel) ? kernel
        : theta.dtype == ScalarType.Float32 ? Kernel<float>(order)
        : Kernel<double>(order);

    private void Return(IPerceptronKernel kernel, Tensor theta, int order) => Idle(theta, order).Add(kernel);

    private ConcurrentBag<IPerceptronKernel> Idle(Tensor theta, int order) =>
        (theta.dtype == ScalarType.Float32 ? _single : _double)[order];

    private static Tensor Contiguous(Tensor vector) => vector.is_contiguous() ? vector : vector.contiguous();

    private IPerceptronKernel Kernel<T>(int order)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => width switch
        {
            VectorWidth.Bits512 => new PerceptronKernel<Ops512<T>, Vector512<T>, T>(_sizes, activation, threads, order),
            VectorWidth.Bits256 => new PerceptronKernel<Ops256<T>, Vector256<T>, T>(_sizes, activation, threads, order),
            VectorWidth.Bits128 => new PerceptronKernel<Ops128<T>, Vector128<T>, T>(_sizes, activation, threads, order),
            _ => new PerceptronKernel<OpsScalar<T>, T, T>(_sizes, activation, threads, order),
        };
}
