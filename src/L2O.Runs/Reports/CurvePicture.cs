namespace L2O.Reports;

/// <summary>A picture of curves in several panels, whose lines mean the same in all of them.</summary>
internal static class CurvePicture
{
    private const int Columns = 2;

    /// <param name="title">Names what is shown.</param>
    /// <param name="caption">Says how to read it; which axes are logarithmic is added.</param>
    /// <param name="legend">What the lines are called.</param>
    /// <param name="panels">At least one.</param>
    internal static Drawing Of(
        string title, string caption, IReadOnlyList<LegendEntry> legend, IReadOnlyList<CurvePanel> panels)
    {
        string[] logarithmic = [.. panels.Where(CurvePlot.IsLogarithmic).Select(panel => panel.Title)];
        var axes = (logarithmic.Length, logarithmic.Length == panels.Count) switch
        {
            (0, _) => "",
            (_, true) => panels.Count == 1 ? " The vertical axis is logarithmic." : " Vertical axes are logarithmic.",
            _ => $" Logarithmic: {string.Join(", ", logarithmic)}.",
        };
        return new(
            new(title, caption + axes) { Legend = legend },
            () => [.. panels.Select(CurvePlot.Of)],
            Math.Min(Columns, panels.Count),
            Width: 520,
            Height: 380);
    }
}
