using L2O.Options;

namespace L2O.Registration;

/// <summary>One kind of a family: how configs spell it, what configures it, what makes it.</summary>
internal sealed record KindRow<TMake>(string Kind, Type Options, TMake Make);

/// <summary>The kinds of one family. Each has an options record of its own, so that options tell their kind.</summary>
internal sealed class KindTable<TMake>(params KindRow<TMake>[] rows)
{
    // Replaced as a whole, so that whoever reads sees one state of it.
    private volatile KindRow<TMake>[] _rows = rows;

    /// <summary>Options records by kind, in the order given.</summary>
    internal IReadOnlyDictionary<string, Type> Kinds => _rows.ToDictionary(row => row.Kind, row => row.Options);

    /// <summary>What makes the thing that these options configure.</summary>
    internal TMake For(IOptions options) =>
        _rows.FirstOrDefault(row => row.Options == options.GetType()) is { } found
            ? found.Make
            : throw new ArgumentException($"{options.GetType().Name} is in no row of this table", nameof(options));

    /// <summary>Adds a row at the end; one caller at a time.</summary>
    internal void Add(KindRow<TMake> row) => _rows = [.. _rows, row];

    /// <summary>Takes a row out; one caller at a time.</summary>
    internal void Remove(KindRow<TMake> row) => _rows = [.. _rows.Where(other => other != row)];
}
