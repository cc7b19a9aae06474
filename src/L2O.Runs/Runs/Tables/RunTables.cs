namespace L2O.Runs.Tables;

/// <summary>Every table that runs leave.</summary>
public static class RunTables
{
    /// <summary>train: one row for each unroll of each optimizee.</summary>
    public static readonly Table<MetaRow> Meta = new("meta", row => row with { Seconds = 0 });

    /// <summary>train: one row for each optimizee at each validation.</summary>
    public static readonly Table<ValidationRow> Validation = new("validation", row => row with { Seconds = 0 });

    /// <summary>evaluate: one row for each measurement along each run.</summary>
    public static readonly Table<CurveRow> Curves = new("curves", row => row with { Seconds = 0 });

    /// <summary>evaluate, analyze: one row for each run by which a setting is chosen.</summary>
    public static readonly Table<TuningRow> Tuning = new("tuning");

    /// <summary>evaluate: one row for each number about each run.</summary>
    public static readonly Table<OutcomeRow> Outcomes = new(
        "outcomes", row => row is { IsTime: true, Value: not null } ? row with { Value = 0 } : row);

    /// <summary>evaluate: one row for each number over the seeds of a cell.</summary>
    public static readonly Table<SummaryRow> Summary = new(
        "summary", row => row.IsTime ? row with { Mean = 0, Std = 0, CiLow = 0, CiHigh = 0 } : row);

    /// <summary>analyze: one row for each number about each solution.</summary>
    public static readonly Table<FlatnessRow> Flatness = new("flatness", row => row with { Seconds = null });

    /// <summary>analyze: one row for each atom of each solution's spectral density.</summary>
    public static readonly Table<EsdRow> Esd = new("esd");

    /// <summary>analyze: losses along a line through each solution.</summary>
    public static readonly Table<SliceRow> Slices = new("slices");

    /// <summary>analyze: losses in a plane through each solution.</summary>
    public static readonly Table<PlaneRow> Planes = new("planes");

    /// <summary>analyze: one row for each pair of numbers over the solutions.</summary>
    public static readonly Table<CorrelationRow> Correlations = new("correlations");

    /// <summary>All of them, in the order above.</summary>
    public static IReadOnlyList<Table> All { get; } =
        [Meta, Validation, Curves, Tuning, Outcomes, Summary, Flatness, Esd, Slices, Planes, Correlations];
}
