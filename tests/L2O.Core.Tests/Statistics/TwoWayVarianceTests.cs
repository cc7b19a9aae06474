using L2O.Randomness;
using L2O.Statistics;
using Xunit;

namespace L2O.Tests.Statistics;

public sealed class TwoWayVarianceTests
{
    // Means of rows 3 and 5, of columns 2, 4 and 6; residuals 0 -1 1 and 0 1 -1.
    [Fact]
    public void TheHandCase()
    {
        var variance = TwoWayVariance.Of([[1, 2, 6], [3, 6, 6]]);

        Assert.Equal(new(4, 6 / 1.0, 16 / 2.0, 4 / 2.0, 2, 3), variance);
        Assert.Equal((6 + 8 - 2) / 6.0, variance.VarianceOfMean, 1e-15);
        Assert.Equal(12 * 12 / ((6 * 6 / 1.0) + (8 * 8 / 2.0) + (2 * 2 / 2.0)), variance.Degrees, 1e-14);
    }

    // Squared differences of two values in one row are twice the variance of column and residual, and so on; from them
    // come the three components.
    [Fact]
    public void TheVarianceOfTheMeanIsThatOfTheComponentsFromPairsOfValues()
    {
        for (var repetition = 0; repetition < 50; repetition++)
        {
            var rows = Table(rowCount: 4, columnCount: 5, RandomStreams.FromSeed(repetition));
            var inRow = HalfMeanSquaredDifference(rows, (i, j, k, l) => i == k && j != l);
            var inColumn = HalfMeanSquaredDifference(rows, (i, j, k, l) => i != k && j == l);
            var inNeither = HalfMeanSquaredDifference(rows, (i, j, k, l) => i != k && j != l);
            var (row, column, residual) = (inNeither - inRow, inNeither - inColumn, inRow + inColumn - inNeither);

            var expected = (Math.Max(0, row) / 4) + (Math.Max(0, column) / 5) + (residual / 20);

            // Where both components are below zero, the greater mean square stays, which is more.
            var actual = TwoWayVariance.Of(rows).VarianceOfMean;
            Assert.Equal(row < 0 && column < 0 ? expected + Math.Max(row / 4, column / 5) : expected, actual, 1e-12);
        }
    }

    [Fact]
    public void DegreesAreThoseOfWhatDiffers()
    {
        Assert.Equal(3, TwoWayVariance.Of([[1, 1, 1], [2, 2, 2], [4, 4, 4], [0, 0, 0]]).Degrees);
        Assert.Equal(2, TwoWayVariance.Of([[1, 2, 4], [1, 2, 4], [1, 2, 4], [1, 2, 4]]).Degrees);
        Assert.Equal(double.NaN, TwoWayVariance.Of([[3, 3, 3], [3, 3, 3]]).Degrees);
    }

    private static double[][] Table(int rowCount, int columnCount, RandomStreams streams)
    {
        var numbers = streams.Scalars();
        double[] columns = [.. Enumerable.Range(0, columnCount).Select(_ => numbers.NextNormal() / 2)];
        return
        [
            .. Enumerable.Range(0, rowCount).Select(_ =>
            {
                var row = numbers.NextNormal() / 2;
                return columns.Select(column => row + column + numbers.NextNormal()).ToArray();
            }),
        ];
    }

    private static double HalfMeanSquaredDifference(double[][] rows, Func<int, int, int, int, bool> isCounted) =>
        (from i in Enumerable.Range(0, rows.Length)
         from j in Enumerable.Range(0, rows[0].Length)
         from k in Enumerable.Range(0, rows.Length)
         from l in Enumerable.Range(0, rows[0].Length)
         where isCounted(i, j, k, l)
         select (rows[i][j] - rows[k][l]) * (rows[i][j] - rows[k][l]) / 2).Average();
}
