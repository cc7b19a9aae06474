using System.Numerics;
using L2O.Kernels;
using L2O.Optimizers.Learned.Fused.Memory;
using L2O.Optimizers.Learned.Fused.Stages;
using L2O.Kernels.Vectors;
using L2O.Randomness;
using L2O.Tests.Kernels.Vectors;
using Xunit;

namespace L2O.Tests.Optimizers.Learned.Fused.Stages;

/// <summary>The matrix kernels against naive loops.</summary>
public sealed class TileKernelTests
{
    [Fact]
    public void ProductsAreThoseOfNaiveLoops() => EveryVector.Run(new Products());

    [Fact]
    public void OuterProductsAreThoseOfNaiveLoops() => EveryVector.Run(new OuterProducts());

    private static unsafe TElement* Draw<TElement>(int count, out AlignedBuffer buffer, long seed)
        where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
    {
        buffer = new(count * sizeof(TElement));
        var numbers = RandomStreams.FromSeed(seed).Scalars();
        var start = (TElement*)buffer.Start;
        for (var i = 0; i < count; i++)
        {
            start[i] = TElement.CreateTruncating(numbers.NextNormal());
        }

        return start;
    }

    private static double Tolerance<TElement>() => typeof(TElement) == typeof(float) ? 1e-4 : 1e-12;

    private readonly struct Products : IVectorCheck
    {
        public unsafe void Run<TOps, TVector, TElement>()
            where TOps : IVectorOps<TVector, TElement>
            where TVector : unmanaged
            where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
        {
            foreach (var (rows, first, second) in new[] { (4, 1, 0), (12, 3, 7), (80, 2, 20) })
            {
                var inputs = first + second;
                var weights = Draw<TElement>(rows * inputs, out var weightBuffer, 1);
                var bias = Draw<TElement>(rows, out var biasBuffer, 2);
                var x = Draw<TElement>(inputs * Tile.Lanes, out var inputBuffer, 3);
                var y = Draw<TElement>(rows * Tile.Lanes, out var outputBuffer, 4);

                TileProduct<TOps, TVector, TElement>.Apply(
                    y, rows, weights, bias, x, first, x + (first * Tile.Lanes), second);

                for (var i = 0; i < rows * Tile.Lanes; i++)
                {
                    var (row, lane) = (i / Tile.Lanes, i % Tile.Lanes);
                    var expected = double.CreateTruncating(bias[row]);
                    for (var k = 0; k < inputs; k++)
                    {
                        var weight = weights[(((row / 4 * inputs) + k) * 4) + (row % 4)];
                        var input = x[(k * Tile.Lanes) + lane];
                        expected += double.CreateTruncating(weight) * double.CreateTruncating(input);
                    }

                    Assert.Equal(expected, double.CreateTruncating(y[i]), Tolerance<TElement>());
                }

                Keep(weightBuffer, biasBuffer, inputBuffer, outputBuffer);
            }
        }
    }

    private readonly struct OuterProducts : IVectorCheck
    {
        public unsafe void Run<TOps, TVector, TElement>()
            where TOps : IVectorOps<TVector, TElement>
            where TVector : unmanaged
            where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
        {
            foreach (var (rows, columns, steps) in new[] { (4, 1, 1), (8, 7, 3), (12, 21, 2), (4, 6, 4) })
            {
                const int spare = 2;
                var stepSize = (rows + columns) * Tile.Lanes;
                var record = Draw<TElement>(steps * stepSize, out var recordBuffer, 1);
                var sums = Draw<TElement>(rows * (columns + spare) * TOps.FoldedCount, out var sumBuffer, 2);
                var before = new ReadOnlySpan<TElement>(sums, rows * (columns + spare) * TOps.FoldedCount).ToArray();

                TileOuterProduct<TOps, TVector, TElement>.Accumulate(
                    sums, columns + spare, record, rows, record + (rows * Tile.Lanes), columns, steps, stepSize);

                for (var i = 0; i < rows * (columns + spare); i++)
                {
                    var (row, column) = (i / (columns + spare), i % (columns + spare));
                    var expected = 0.0;
                    for (var n = 0; column < columns && n < steps * Tile.Lanes; n++)
                    {
                        var at = record + (n / Tile.Lanes * stepSize) + (n % Tile.Lanes);
                        expected += double.CreateTruncating(at[row * Tile.Lanes])
                            * double.CreateTruncating(at[(rows + column) * Tile.Lanes]);
                    }

                    var added = 0.0;
                    for (var lane = i * TOps.FoldedCount; lane < (i + 1) * TOps.FoldedCount; lane++)
                    {
                        added += double.CreateTruncating(sums[lane]) - double.CreateTruncating(before[lane]);
                    }

                    Assert.Equal(expected, added, Tolerance<TElement>());
                }

                Keep(recordBuffer, sumBuffer);
            }
        }
    }

    private static void Keep(params ReadOnlySpan<AlignedBuffer> buffers)
    {
        foreach (var buffer in buffers)
        {
            GC.KeepAlive(buffer);
        }
    }
}
