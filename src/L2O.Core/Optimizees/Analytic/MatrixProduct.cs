using L2O.Options;
using L2O.Randomness;
using static TorchSharp.torch;

namespace L2O.Optimizees.Analytic;

/// <summary>Options of the search for an algorithm that multiplies matrices.</summary>
public sealed record MatrixProductOptions : AnalyticOptions
{
    /// <summary>Rows and columns of the matrices.</summary>
    public int Size { get; init; } = 2;

    /// <summary>Scalar products that the algorithm may make.</summary>
    public int Products { get; init; } = 7;

    /// <inheritdoc/>
    public override IEnumerable<OptionProblem> Problems() =>
        [.. base.Problems(), .. Require.AtLeast("size", Size, 1), .. Require.AtLeast("products", Products, 1)];
}

/// <summary>
/// How far k products of linear forms, one in the entries of a matrix and one in those of another, are from spanning
/// the entries of the matrices' product: || P (P'P)^-1 P'C - C ||^2 over all pairs of unit matrices. It is 0 for an
/// algorithm that multiplies with k products, as Strassen's (1969) does with 7 for 2 x 2 (Wichrowska et al., 2017).
/// </summary>
public static class MatrixProduct
{
    /// <summary>The formula with these options.</summary>
    public static AnalyticProblem Problem(MatrixProductOptions options)
    {
        long entries = options.Size * options.Size;
        return new(
            new([new("left", entries, options.Products), new("right", entries, options.Products)]),
            streams => cat([UnitColumns(streams, "left"), UnitColumns(streams, "right")]),
            _ => UnitPairs(options.Size),
            (theta, constants) =>
            {
                var halves = theta.view(2, entries, options.Products);
                var products = constants[0].mm(halves[0]) * constants[1].mm(halves[1]);
                var transposed = products.t();
                var weights = linalg.solve(transposed.mm(products), transposed.mm(constants[2]));
                return (products.mm(weights) - constants[2]).square().sum();
            });

        Tensor UnitColumns(RandomStreams streams, string purpose)
        {
            var columns = RandomTensors.Normal(streams, purpose, entries, options.Products);
            return (columns / columns.square().sum(dim: 0).sqrt()).reshape(-1);
        }
    }

    // Every pair of matrices with one entry of 1, and their products: [n^4, n^2] each.
    private static Tensor[] UnitPairs(int n)
    {
        var entries = n * n;
        var unit = eye(entries, dtype: float64);
        var left = unit.repeat_interleave(entries, 0);
        var right = unit.repeat(entries, 1);
        var product = left.view(-1, n, n).bmm(right.view(-1, n, n)).view(-1, entries);
        return [left, right, product];
    }
}
