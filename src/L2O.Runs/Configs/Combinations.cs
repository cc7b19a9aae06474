namespace L2O.Configs;

/// <summary>Every way to pick one of each of several lists.</summary>
internal static class Combinations
{
    /// <summary>For each list which of its items, the last list fastest; one combination, of nothing, where there is no list.</summary>
    /// <param name="counts">Items of each list.</param>
    internal static IEnumerable<int[]> Of(IEnumerable<int> counts) => counts.Aggregate<int, IEnumerable<int[]>>(
        [[]], (all, count) => all.SelectMany(_ => Enumerable.Range(0, count), (at, i) => (int[])[.. at, i]));
}
