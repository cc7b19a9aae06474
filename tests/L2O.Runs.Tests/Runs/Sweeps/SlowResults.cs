namespace L2O.Tests.Runs.Sweeps;

/// <summary>One mean of a study.</summary>
internal sealed record SlowMean(
    double Mean, double? Low, double? High, double Least, double Most, int MetaSeeds, int Seeds, int Diverged, int LeftOut);

/// <summary>
/// What a study comes to, by loops over its cells and the formulas of textbooks. Shares no code with the program, not even
/// Student's t.
/// </summary>
internal sealed class SlowResults
{
    private readonly Dictionary<(string Arm, string Config, string Optimizee, string Metric), List<Fact>> _facts = [];

    /// <param name="facts">Of all runs that are complete.</param>
    internal SlowResults(IReadOnlyList<Fact> facts)
    {
        HashSet<(string, string, string)> optimizees = [];
        HashSet<(string, string, string, string)> numbers = [];
        foreach (var fact in facts.Where(fact => !fact.IsDiverged && fact.Value is not null))
        {
            optimizees.Add((fact.Kind, fact.Config, fact.Optimizee));
            numbers.Add((fact.Kind, fact.Config, fact.Optimizee, fact.Metric));
        }

        // An analysis that diverged says NaN of numbers that its optimizee does not have.
        foreach (var fact in facts.Where(fact => fact.Value is not null
            && (numbers.Contains((fact.Kind, fact.Config, fact.Optimizee, fact.Metric))
                || !optimizees.Contains((fact.Kind, fact.Config, fact.Optimizee)))))
        {
            var key = (fact.Arm, fact.Config, fact.Optimizee, fact.Metric);
            _facts.TryAdd(key, []);
            _facts[key].Add(fact);
        }
    }

    internal Dictionary<(string Arm, string Config, string Optimizee, string Metric), SlowMean> Arms()
    {
        Dictionary<(string, string, string, string), SlowMean> means = [];
        foreach (var (arm, config, optimizee, metric) in _facts.Keys)
        {
            means[(arm, config, optimizee, metric)] = MeanOf(GridOf(arm, config, optimizee, metric));
        }

        return means;
    }

    internal Dictionary<(string Arm, string Config, string Optimizee, string Metric), SlowMean> Differences(string reference)
    {
        Dictionary<(string, string, string, string), SlowMean> means = [];
        foreach (var (arm, config, optimizee, metric) in _facts.Keys)
        {
            if (arm != reference && metric != "seconds" && _facts.ContainsKey((reference, config, optimizee, metric)))
            {
                var (left, right) = (GridOf(arm, config, optimizee, metric), GridOf(reference, config, optimizee, metric));
                means[(arm, config, optimizee, metric)] = MeanOf(Paired(left, right, (a, b) => a - b));
            }
        }

        return means;
    }

    internal Dictionary<(string Arm, string Config, string Metric), SlowMean> Ratios(string reference)
    {
        Dictionary<(string, string, string), SlowMean> means = [];
        foreach (var (arm, config, metric) in _facts.Keys.Select(key => (key.Arm, key.Config, key.Metric)).Distinct())
        {
            string[] OptimizeesOf(string name) =>
                [.. _facts.Keys.Where(key => (key.Arm, key.Config, key.Metric) == (name, config, metric)).Select(key => key.Optimizee).Order()];
            var optimizees = OptimizeesOf(arm);
            if (arm == reference || metric is "seconds" or "loss_gap" || !optimizees.SequenceEqual(OptimizeesOf(reference)))
            {
                continue;
            }

            var pairs = optimizees.Select(optimizee =>
                (GridOf(arm, config, optimizee, metric), GridOf(reference, config, optimizee, metric))).ToArray();
            if (pairs.Any(pair => pair.Item1.Cells.Values.Concat(pair.Item2.Cells.Values).Any(value => value <= 0)))
            {
                continue;
            }

            means[(arm, config, metric)] = RatioOf([.. pairs.Select(pair =>
                Paired(pair.Item1, pair.Item2, (a, b) => Math.Log(a / b)))]);
        }

        return means;
    }

    private Grid GridOf(string arm, string config, string optimizee, string metric)
    {
        Dictionary<(long Row, long Column), double> cells = [];
        var isTrained = false;
        foreach (var fact in _facts[(arm, config, optimizee, metric)])
        {
            var diverged = metric.EndsWith("_loss", StringComparison.Ordinal) ? double.PositiveInfinity : double.NaN;
            cells[(fact.MetaSeed ?? -1, fact.Seed)] = fact.IsDiverged ? diverged : fact.Value ?? 0;
            isTrained |= fact.MetaSeed is not null;
        }

        List<long> rows = [.. cells.Keys.Select(key => key.Row).Distinct().Order()];
        List<long> columns = [.. cells.Keys.Select(key => key.Column).Distinct().Order()];
        List<long> fullRows = [], fullColumns = [];
        foreach (var row in rows)
        {
            if (cells.Keys.Count(key => key.Row == row) == columns.Count)
            {
                fullRows.Add(row);
            }
        }

        foreach (var column in columns)
        {
            if (cells.Keys.Count(key => key.Column == column) == rows.Count)
            {
                fullColumns.Add(column);
            }
        }

        (rows, columns) = fullRows.Count * columns.Count >= rows.Count * fullColumns.Count ? (fullRows, columns) : (rows, fullColumns);
        return new(rows, columns, Within(cells, rows, columns), isTrained, cells.Count - (rows.Count * columns.Count));
    }

    private static Grid Paired(Grid left, Grid right, Func<double, double, double> function)
    {
        var rows = (left.IsTrained, right.IsTrained) switch
        {
            (true, true) => left.Rows.Where(right.Rows.Contains).ToList(),
            (true, false) => left.Rows,
            (false, _) => right.Rows,
        };
        var columns = left.Columns.Where(right.Columns.Contains).ToList();
        Dictionary<(long Row, long Column), double> cells = [];
        HashSet<(long, long)> leftUsed = [], rightUsed = [];
        foreach (var row in rows)
        {
            foreach (var column in columns)
            {
                var (leftKey, rightKey) = ((left.IsTrained ? row : -1, column), (right.IsTrained ? row : -1, column));
                cells[(row, column)] = function(left.Cells[leftKey], right.Cells[rightKey]);
                leftUsed.Add(leftKey);
                rightUsed.Add(rightKey);
            }
        }

        var leftOut = left.LeftOut + right.LeftOut + left.Cells.Count - leftUsed.Count + right.Cells.Count - rightUsed.Count;
        return new(rows, columns, cells, left.IsTrained || right.IsTrained, leftOut);
    }

    private static SlowMean RatioOf(Grid[] logRatios)
    {
        var rows = logRatios[0].Rows.Where(row => logRatios.All(grid => grid.Rows.Contains(row))).ToList();
        var columns = logRatios[0].Columns.Where(column => logRatios.All(grid => grid.Columns.Contains(column))).ToList();
        Dictionary<(long Row, long Column), double> typical = [];
        foreach (var row in rows)
        {
            foreach (var column in columns)
            {
                typical[(row, column)] = MiddleHalf([.. logRatios.Select(grid => grid.Cells[(row, column)])]);
            }
        }

        var leftOut = logRatios.Sum(grid => grid.LeftOut + grid.Cells.Count - (rows.Count * columns.Count));
        var mean = MeanOf(new(rows, columns, typical, logRatios[0].IsTrained, leftOut));
        return mean with
        {
            Mean = Math.Exp(mean.Mean),
            Low = mean.Low is { } low ? Math.Exp(low) : null,
            High = mean.High is { } high ? Math.Exp(high) : null,
            Least = Math.Exp(mean.Least),
            Most = Math.Exp(mean.Most),
            Diverged = logRatios.Sum(grid => grid.Cells.Values.Count(value => !double.IsFinite(value))),
        };
    }

    // Every number four times, sorted; of these the middle half.
    private static double MiddleHalf(List<double> values)
    {
        if (values.Any(double.IsNaN))
        {
            return double.NaN;
        }

        var quadrupled = values.SelectMany(value => Enumerable.Repeat(value, 4)).Order().ToList();
        return quadrupled.Skip(values.Count).Take(2 * values.Count).Average();
    }

    private static SlowMean MeanOf(Grid grid)
    {
        double sum = 0, least = double.PositiveInfinity, most = double.NegativeInfinity;
        var diverged = 0;
        foreach (var value in grid.Cells.Values)
        {
            sum += value;
            least = Math.Min(least, value);
            most = Math.Max(most, value);
            diverged += double.IsFinite(value) ? 0 : 1;
        }

        if (grid.Cells.Count == 0)
        {
            (least, most) = (double.NaN, double.NaN);
        }

        var mean = sum / grid.Cells.Count;
        var half = double.IsFinite(mean) ? HalfInterval(grid, mean) : null;
        return new(
            mean, mean - half, mean + half, least, most, grid.IsTrained ? grid.Rows.Count : 0, grid.Columns.Count, diverged, grid.LeftOut);
    }

    private static double? HalfInterval(Grid grid, double mean)
    {
        double r = grid.Rows.Count, c = grid.Columns.Count;
        if (c < 3 || (grid.IsTrained && r < 3))
        {
            return null;
        }

        if (!grid.IsTrained)
        {
            var variance = grid.Cells.Values.Sum(value => (value - mean) * (value - mean)) / (c - 1);
            return variance == 0 ? 0 : Quantile(c - 1) * Math.Sqrt(variance / c);
        }

        // Sums of squares about the mean: in all, of the rows' means, of the columns' means; the residual is what is left.
        var total = grid.Cells.Values.Sum(value => (value - mean) * (value - mean));
        var ofRows = c * grid.Rows.Sum(row => Math.Pow(grid.Columns.Average(column => grid.Cells[(row, column)]) - mean, 2));
        var ofColumns = r * grid.Columns.Sum(column => Math.Pow(grid.Rows.Average(row => grid.Cells[(row, column)]) - mean, 2));
        var (rowSquare, columnSquare) = (ofRows / (r - 1), ofColumns / (c - 1));
        var residualSquare = (total - ofRows - ofColumns) / ((r - 1) * (c - 1));
        var combined = rowSquare + columnSquare - residualSquare;
        var greatest = Math.Max(rowSquare, columnSquare);
        var degrees = combined <= greatest
            ? (rowSquare > columnSquare ? r - 1 : c - 1)
            : Math.Max(
                Math.Min(r - 1, c - 1),
                combined * combined / ((rowSquare * rowSquare / (r - 1)) + (columnSquare * columnSquare / (c - 1))
                    + (residualSquare * residualSquare / ((r - 1) * (c - 1)))));
        return total == 0 ? 0 : Quantile(degrees) * Math.Sqrt(Math.Max(combined, greatest) / (r * c));
    }

    // t = sqrt(degrees) tan(angle) makes Student's density a power of the cosine, whose integral Simpson's rule gives: over small
    // steps until 95% of it are behind, and then over halves of halves of the next one.
    private static double Quantile(double degrees)
    {
        const int Steps = 500;
        const double Width = Math.PI / 2 / Steps;
        double Height(double angle) => Math.Pow(Math.Max(0, Math.Cos(angle)), degrees - 1);
        double Integral(double from, double to) => (to - from) / 6 * (Height(from) + (4 * Height((from + to) / 2)) + Height(to));
        var left = 0.95 * Enumerable.Range(0, Steps).Sum(step => Integral(step * Width, (step + 1) * Width));
        var (angle, width) = (0.0, Width);
        while (width > 1e-12)
        {
            var next = Integral(angle, angle + width);
            if (next <= left)
            {
                left -= next;
                angle += width;
            }
            else
            {
                width /= 2;
            }
        }

        return Math.Sqrt(degrees) * Math.Tan(angle);
    }

    private static Dictionary<(long Row, long Column), double> Within(
        Dictionary<(long Row, long Column), double> cells, List<long> rows, List<long> columns) =>
        cells.Where(cell => rows.Contains(cell.Key.Row) && columns.Contains(cell.Key.Column)).ToDictionary();

    private sealed record Grid(
        List<long> Rows, List<long> Columns, Dictionary<(long Row, long Column), double> Cells, bool IsTrained, int LeftOut);
}
