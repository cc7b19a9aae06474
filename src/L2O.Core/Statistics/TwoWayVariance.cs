namespace L2O.Statistics;

/// <summary>
/// Analysis of variance of a complete table with one value a cell, rows and columns drawn at random: the number is a mean, plus an
/// effect of the row, of the column, and of the two together (Searle, Casella and McCulloch, Variance Components, 1992).
/// </summary>
/// <param name="Mean">Of all values.</param>
/// <param name="RowSquare">Mean square between rows.</param>
/// <param name="ColumnSquare">Mean square between columns.</param>
/// <param name="ResidualSquare">Mean square of what neither explains.</param>
/// <param name="RowCount">At least two.</param>
/// <param name="ColumnCount">At least two.</param>
internal sealed record TwoWayVariance(
    double Mean, double RowSquare, double ColumnSquare, double ResidualSquare, int RowCount, int ColumnCount)
{
    // Rows and columns both carry the residual; it counts once. It cannot be more than either of them but by chance.
    private double SquareOfMean =>
        Math.Max(RowSquare + ColumnSquare - ResidualSquare, Math.Max(RowSquare, ColumnSquare));

    /// <summary>Estimated variance of the mean over other rows and other columns.</summary>
    public double VarianceOfMean => SquareOfMean / (RowCount * ColumnCount);

    /// <summary>
    /// Degrees of freedom of that variance (Satterthwaite, 1946): near those of the rows where rows differ most, of the
    /// columns where columns do; never fewer than the fewer of the two. NaN where all values are the same.
    /// </summary>
    public double Degrees
    {
        get
        {
            var (rows, columns) = (RowCount - 1, ColumnCount - 1);
            if (RowSquare + ColumnSquare - ResidualSquare <= Math.Max(RowSquare, ColumnSquare))
            {
                return SquareOfMean == 0 ? double.NaN : RowSquare > ColumnSquare ? rows : columns;
            }

            // Shares, because squares of the mean squares of huge losses overflow.
            double Term(double square, int degrees) => Math.Pow(square / SquareOfMean, 2) / degrees;
            var degrees = 1 / (Term(RowSquare, rows) + Term(ColumnSquare, columns) + Term(ResidualSquare, rows * columns));
            return Math.Max(degrees, Math.Min(rows, columns));
        }
    }

    /// <summary>Of a table with the same number of values in each row.</summary>
    public static TwoWayVariance Of(IReadOnlyList<IReadOnlyList<double>> rows)
    {
        double[][] values = [.. rows.Select(row => row.ToArray())];
        var (rowCount, columnCount) = (values.Length, values[0].Length);
        var (rowMeans, columnMeans) = (new double[rowCount], new double[columnCount]);
        for (var i = 0; i < rowCount; i++)
        {
            for (var j = 0; j < columnCount; j++)
            {
                rowMeans[i] += values[i][j] / columnCount;
                columnMeans[j] += values[i][j] / rowCount;
            }
        }

        var mean = rowMeans.Average();
        var residuals = 0.0;
        for (var i = 0; i < rowCount; i++)
        {
            for (var j = 0; j < columnCount; j++)
            {
                var residual = values[i][j] - rowMeans[i] - columnMeans[j] + mean;
                residuals += residual * residual;
            }
        }

        return new(
            mean,
            columnCount * SquaredDistance(rowMeans, mean) / (rowCount - 1),
            rowCount * SquaredDistance(columnMeans, mean) / (columnCount - 1),
            residuals / ((rowCount - 1) * (columnCount - 1)),
            rowCount,
            columnCount);
    }

    private static double SquaredDistance(double[] values, double mean) => values.Sum(value => (value - mean) * (value - mean));
}
