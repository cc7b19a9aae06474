using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Optimizers.Learned.Coordinatewise;

/// <summary>
/// Means of squared gradients over the rows and over the columns of each matrix, as Adafactor has them (Shazeer and Stern 2018,
/// arXiv 1804.04235), and what features are made of them. A vector has its squares themselves.
/// </summary>
/// <remarks>
/// A tensor of more dimensions is the matrix of its first and all others. Rows are the shorter side of a matrix, columns the longer
/// one; of a square one rows come first.
/// </remarks>
/// <param name="layout">The tensors.</param>
/// <param name="decays">Of the means, one row of values each: K.</param>
internal sealed class FactoredMeans(ParameterLayout layout, IReadOnlyList<double> decays)
{
    // Keeps means above 0 without being seen.
    internal const double SquareEpsilon = 1e-30;

    internal const double FactorEpsilon = 1e-9;
    internal const double RootEpsilon = 1e-8;

    private readonly OneTensor[] _tensors = [.. layout.Shapes.Where(shape => shape.Count > 0).Select(OneTensor.Of)];

    /// <summary>Means for each decay: of each tensor its rows' and its columns', or of a vector its entries'.</summary>
    internal long Count => _tensors.Sum(tensor => tensor.MeanCount);

    /// <summary>The means after one more gradient: [K, <see cref="Count"/>].</summary>
    /// <param name="gradient">[1, N].</param>
    /// <param name="old">Zeros before the first.</param>
    internal Tensor Next(Tensor gradient, Tensor old)
    {
        using var scope = NewDisposeScope();
        var squares = (gradient.square() + SquareEpsilon).split([.. _tensors.Select(tensor => tensor.Count)], 1);
        var means = cat([.. _tensors.Zip(squares).SelectMany(pair => pair.First.Means(pair.Second))], 1);
        var decay = tensor([.. decays], [decays.Count, 1], dtype: old.dtype, device: old.device);
        return lerp(means, old, decay).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The gradient times its factors of rows and columns: [K, N]; and of matrices the means of rows R, of columns C, 1/sqrt(R + 1e-8),
    /// 1/sqrt(C + 1e-8) and the momenta times their factors: [5 K, N], 0 for vectors.
    /// </summary>
    /// <param name="gradient">[1, N].</param>
    /// <param name="momenta">Means of gradients: [K, N].</param>
    /// <param name="means">From <see cref="Next"/>.</param>
    internal (Tensor Gradient, Tensor OfMatrices) Features(Tensor gradient, Tensor momenta, Tensor means)
    {
        using var scope = NewDisposeScope();
        var parts = means.split([.. _tensors.Select(tensor => tensor.MeanCount)], 1);
        var spread = cat([.. _tensors.Zip(parts).Select(pair => pair.First.Spread(pair.Second))], 1);
        var pieces = spread.split([decays.Count, 4 * decays.Count, decays.Count], 0);
        return ((gradient * pieces[0]).MoveToOuterDisposeScope(),
            cat([pieces[1], momenta * pieces[2]]).MoveToOuterDisposeScope());
    }

    /// <summary>One tensor: with two sides where it is a matrix, and one where it is a vector.</summary>
    private abstract record OneTensor(long Count, long MeanCount)
    {
        internal static OneTensor Of(ParameterShape shape) => shape.Shape.Length < 2
            ? new Vector(shape.Count)
            : new Matrix(shape.Shape[0], shape.Count / shape.Shape[0]);

        /// <summary>The means of this step's squares, over both sides: [1, values] each.</summary>
        internal abstract IEnumerable<Tensor> Means(Tensor squares);

        /// <summary>
        /// At each scalar the factor of the gradient, the rows' and the columns' means, one over the roots of these, and the factor of
        /// momenta: [6 K, n].
        /// </summary>
        internal abstract Tensor Spread(Tensor means);
    }

    private sealed record Vector(long Length) : OneTensor(Length, Length)
    {
        internal override IEnumerable<Tensor> Means(Tensor squares) => [squares];

        internal override Tensor Spread(Tensor means) => cat(
            [(means + FactorEpsilon).rsqrt(), zeros(5 * means.shape[0], Length, dtype: means.dtype, device: means.device)]);
    }

    private sealed record Matrix(long First, long Second) : OneTensor(First * Second, First + Second)
    {
        // Whether rows are what a matrix in row-major order calls so.
        private bool IsWide => First <= Second;

        internal override IEnumerable<Tensor> Means(Tensor squares)
        {
            var matrix = squares.view(1, First, Second);
            var (ofFirst, ofSecond) = (matrix.mean([2]), matrix.mean([1]));
            return IsWide ? [ofFirst, ofSecond] : [ofSecond, ofFirst];
        }

        internal override Tensor Spread(Tensor means)
        {
            var parts = means.split([Math.Min(First, Second), Math.Max(First, Second)], 1);
            var (rows, columns) = (parts[0], parts[1]);
            var rowFactors = (rows / (rows.mean([1], keepdim: true) + FactorEpsilon)).clamp_min(FactorEpsilon).rsqrt();
            var columnFactors = columns.clamp_min(FactorEpsilon).rsqrt();
            var ofRows = AlongRows(cat([rows, (rows + RootEpsilon).rsqrt()])).chunk(2, 0);
            var ofColumns = AlongColumns(cat([columns, (columns + RootEpsilon).rsqrt()])).chunk(2, 0);
            var factors = AlongRows(rowFactors) * AlongColumns(columnFactors);
            return cat([factors, ofRows[0], ofColumns[0], ofRows[1], ofColumns[1], factors]).view(-1, Count);
        }

        private Tensor AlongRows(Tensor values) => Along(values, IsWide ? 2 : 1);

        private Tensor AlongColumns(Tensor values) => Along(values, IsWide ? 1 : 2);

        private Tensor Along(Tensor values, long dimension) => values.unsqueeze(dimension).expand(-1, First, Second);
    }
}
