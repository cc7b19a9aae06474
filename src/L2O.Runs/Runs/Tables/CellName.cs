namespace L2O.Runs.Tables;

/// <summary>An optimizer on an optimizee: a cell of a comparison.</summary>
/// <param name="Optimizer">Name of the optimizer.</param>
/// <param name="Optimizee">Name of the optimizee.</param>
public sealed record CellName(string Optimizer, string Optimizee)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Optimizer} on {Optimizee}";
}

/// <summary>A row that belongs to one cell of a comparison.</summary>
public interface ICellRow
{
    /// <summary>Name of the optimizer.</summary>
    string Optimizer { get; }

    /// <summary>Name of the optimizee.</summary>
    string Optimizee { get; }

    /// <summary>Both.</summary>
    CellName Cell => new(Optimizer, Optimizee);
}

/// <summary>A row that belongs to one of a cell's runs.</summary>
public interface IRunRow : ICellRow
{
    /// <summary>Which run: of its start and its minibatches.</summary>
    long Seed { get; }
}
