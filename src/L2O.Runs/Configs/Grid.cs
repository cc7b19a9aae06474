using System.Globalization;

namespace L2O.Configs;

/// <summary>A number, or several of which the best is chosen.</summary>
public sealed record Grid
{
    /// <summary>A grid.</summary>
    /// <param name="values">One or more.</param>
    public Grid(params IReadOnlyList<double> values) => Values = values;

    /// <summary>One or more, in the order written.</summary>
    public IReadOnlyList<double> Values { get; }

    /// <summary>Whether a value is the smallest or the largest of several.</summary>
    internal bool IsEdge(double value) => Values.Count > 1 && (value == Values.Min() || value == Values.Max());

    /// <inheritdoc/>
    public bool Equals(Grid? other) => other is not null && Values.SequenceEqual(other.Values);

    /// <inheritdoc/>
    public override int GetHashCode() => Values.Aggregate(Values.Count, HashCode.Combine);

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", Values.Select(value => value.ToString("R", CultureInfo.InvariantCulture)));
}
