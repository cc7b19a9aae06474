namespace L2O.Statistics;

/// <summary>One value of a study.</summary>
/// <param name="MetaSeed">Of the training; null for a handcrafted optimizer, which has none.</param>
/// <param name="Seed">Of the evaluation.</param>
/// <param name="Value">Infinity or NaN where the run diverged.</param>
internal sealed record CrossedCell(long? MetaSeed, long Seed, double Value);

/// <summary>
/// A complete table of one number of an arm on an optimizee: every meta-seed (rows) meets every evaluation seed
/// (columns). A handcrafted optimizer has one row, whose meta-seed is null; beside a trained one it is the same for every meta-seed.
/// </summary>
internal sealed class CrossedValues
{
    private readonly double[][] _rows;

    /// <summary>A table that is complete already.</summary>
    /// <param name="metaSeeds">Of the rows, all different; null alone for a handcrafted optimizer.</param>
    /// <param name="seeds">Of the columns, all different.</param>
    /// <param name="rows">A value for each seed, for each meta-seed.</param>
    /// <param name="leftOut">Values that are in no complete row or column, or have no partner.</param>
    /// <exception cref="ArgumentException">It is not complete, or a seed is there twice.</exception>
    public CrossedValues(IReadOnlyList<long?> metaSeeds, IReadOnlyList<long> seeds, double[][] rows, int leftOut = 0)
    {
        if (rows.Length != metaSeeds.Count || rows.Any(row => row.Length != seeds.Count))
        {
            throw new ArgumentException($"The table is not {metaSeeds.Count} x {seeds.Count}.", nameof(rows));
        }

        if (metaSeeds.Distinct().Count() < metaSeeds.Count || seeds.Distinct().Count() < seeds.Count)
        {
            throw new ArgumentException("A seed is there twice.", nameof(seeds));
        }

        RefuseMixed(metaSeeds);
        (MetaSeeds, Seeds, _rows, LeftOut) = (metaSeeds, seeds, rows, leftOut);
    }

    /// <summary>Seeds of the trainings, in order; null alone for a handcrafted optimizer.</summary>
    public IReadOnlyList<long?> MetaSeeds { get; }

    /// <summary>Seeds of the evaluations, in order.</summary>
    public IReadOnlyList<long> Seeds { get; }

    /// <summary>Values that are not in the table, because others that belong beside them are missing.</summary>
    public int LeftOut { get; }

    /// <summary>Whether the rows are trainings: not for a handcrafted optimizer.</summary>
    public bool HasMetaSeeds => MetaSeeds is not [null];

    /// <summary>Values for each seed, for each meta-seed.</summary>
    public IReadOnlyList<IReadOnlyList<double>> Rows => _rows;

    /// <summary>The mean over evaluation seeds, for each meta-seed.</summary>
    public IEnumerable<double> RowMeans => _rows.Select(row => row.Average());

    /// <summary>
    /// A table of single values. Where some are missing, as in a study that is still at work, only whole meta-seeds or only
    /// whole evaluation seeds are kept, whichever are more values; the others are counted. A diverged run is not a missing one.
    /// </summary>
    /// <exception cref="ArgumentException">A cell is there twice, or some have a meta-seed and some have none.</exception>
    public static CrossedValues Of(IReadOnlyCollection<CrossedCell> cells)
    {
        var values = cells.ToDictionary(cell => (cell.MetaSeed, cell.Seed), cell => cell.Value);
        long?[] metaSeeds = [.. cells.Select(cell => cell.MetaSeed).Distinct().Order()];
        RefuseMixed(metaSeeds);
        long[] seeds = [.. cells.Select(cell => cell.Seed).Distinct().Order()];
        long?[] wholeMetaSeeds = [.. metaSeeds.Where(metaSeed => seeds.All(seed => values.ContainsKey((metaSeed, seed))))];
        long[] wholeSeeds = [.. seeds.Where(seed => metaSeeds.All(metaSeed => values.ContainsKey((metaSeed, seed))))];
        if (wholeMetaSeeds.Length * seeds.Length >= metaSeeds.Length * wholeSeeds.Length)
        {
            metaSeeds = wholeMetaSeeds;
        }
        else
        {
            seeds = wholeSeeds;
        }

        double[][] rows = [.. metaSeeds.Select(metaSeed => seeds.Select(seed => values[(metaSeed, seed)]).ToArray())];
        return new(metaSeeds, seeds, rows, cells.Count - (metaSeeds.Length * seeds.Length));
    }

    /// <summary>What a function makes of the values of several tables for the meta-seeds and seeds that all of them have.</summary>
    /// <param name="tables">At least one; a handcrafted optimizer's values are the same for every meta-seed of the others.</param>
    /// <param name="function">Of a value of each table, in their order.</param>
    public static CrossedValues Combine(
        IReadOnlyList<CrossedValues> tables, Func<IReadOnlyList<double>, double> function)
    {
        CrossedValues[] trained = [.. tables.Where(table => table.HasMetaSeeds)];
        long?[] metaSeeds = trained.Length == 0 ? [null] : Common(trained, table => table.MetaSeeds);
        long[] seeds = Common(tables, table => table.Seeds);
        double[][][] parts = [.. tables.Select(table => table.Part(metaSeeds, seeds))];
        var rows = new double[metaSeeds.Length][];
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = new double[seeds.Length];
            for (var j = 0; j < seeds.Length; j++)
            {
                rows[i][j] = function(Array.ConvertAll(parts, part => part[i][j]));
            }
        }

        return new(metaSeeds, seeds, rows, tables.Sum(table => table.LeftOut + table.CountWithout(metaSeeds, seeds)));
    }

    /// <summary>Differences to a reference on the same optimizee: same meta-seed, same evaluation seed.</summary>
    public CrossedValues Minus(CrossedValues reference) => Combine([this, reference], pair => pair[0] - pair[1]);

    /// <summary>
    /// Logarithms of the ratios to a reference on the same optimizee: same meta-seed, same evaluation seed. NaN where
    /// either is not positive, because a ratio then says nothing.
    /// </summary>
    public CrossedValues LogRatios(CrossedValues reference) => Combine(
        [this, reference], pair => pair[0] > 0 && pair[1] > 0 ? Math.Log(pair[0]) - Math.Log(pair[1]) : double.NaN);

    private static T[] Common<T>(IReadOnlyList<CrossedValues> tables, Func<CrossedValues, IReadOnlyList<T>> keys) =>
        [.. tables.Skip(1).Aggregate(keys(tables[0]).AsEnumerable(), (common, table) => common.Intersect(keys(table)))];

    private static void RefuseMixed(IReadOnlyList<long?> metaSeeds)
    {
        if (metaSeeds.Count > 1 && metaSeeds.Contains(null))
        {
            throw new ArgumentException("Values with and without a meta-seed are not of one arm.", nameof(metaSeeds));
        }
    }

    // The rows and columns of these seeds, in this order.
    private double[][] Part(long?[] metaSeeds, long[] seeds)
    {
        var (ownMetaSeeds, ownSeeds) = (MetaSeeds.ToArray(), Seeds.ToArray());
        var columns = Array.ConvertAll(seeds, seed => Array.IndexOf(ownSeeds, seed));
        return Array.ConvertAll(metaSeeds, metaSeed =>
        {
            var row = _rows[HasMetaSeeds ? Array.IndexOf(ownMetaSeeds, metaSeed) : 0];
            return Array.ConvertAll(columns, column => row[column]);
        });
    }

    private int CountWithout(long?[] metaSeeds, long[] seeds)
    {
        var used = HasMetaSeeds ? metaSeeds.Length : Math.Min(1, metaSeeds.Length);
        return (_rows.Length * Seeds.Count) - (used * seeds.Length);
    }
}
