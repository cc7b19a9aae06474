extern alias plots;

using plots::ScottPlot;

namespace L2O.Reports;

/// <summary>Where the values of contours can be written.</summary>
internal static class ContourLabels
{
    // Shares of half a side of the picture: of the room that a label needs, and of what is not too near the frame.
    private const double Room = 0.22;
    private const double Inside = 0.88;

    /// <summary>One place for each level, on its longest line, where there is one that is far enough from those before.</summary>
    /// <param name="lines">Around the origin.</param>
    /// <param name="half">Of a side of the picture.</param>
    internal static IReadOnlyList<(Coordinates At, double Level)> Places(IEnumerable<ContourLine> lines, double half)
    {
        List<(Coordinates At, double Level)> places = [];
        foreach (var level in lines.GroupBy(line => line.Z).OrderByDescending(level => level.Key))
        {
            var points = level.OrderByDescending(line => line.Path.Points.Length).SelectMany(line => line.Path.Points)
                .Where(point => Math.Max(Math.Abs(point.X), Math.Abs(point.Y)) < Inside * half)
                .Where(point => places.All(place => place.At.Distance(point) > Room * half))
                .ToArray();
            if (points.Length > 0)
            {
                places.Add((points[points.Length / 2], level.Key));
            }
        }

        return places;
    }
}
