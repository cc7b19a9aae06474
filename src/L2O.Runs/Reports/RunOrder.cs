extern alias plots;

using L2O.Runs.Tables;
using plots::ScottPlot;

namespace L2O.Reports;

/// <summary>
/// The optimizers and optimizees of a run in its order. An optimizer's colour and an optimizee's file name follow from
/// their places there, so they are the same in every picture, whichever rows a table has.
/// </summary>
internal sealed class RunOrder
{
    private const int LongestFileName = 100;

    private readonly string[] _optimizers;
    private readonly Dictionary<string, string> _fileNames = [];

    /// <param name="rows">A table with rows for every optimizer and optimizee, diverged or not.</param>
    internal RunOrder(IReadOnlyList<FlatnessRow> rows)
        : this([.. rows.Select(row => row.Optimizer).Distinct()], rows.Select(row => row.Optimizee).Distinct())
    {
    }

    /// <param name="optimizers">In their order.</param>
    /// <param name="optimizees">In theirs.</param>
    internal RunOrder(string[] optimizers, IEnumerable<string> optimizees)
    {
        _optimizers = optimizers;

        // Some file systems do not distinguish upper and lower case.
        HashSet<string> taken = new(StringComparer.OrdinalIgnoreCase);
        foreach (var optimizee in optimizees)
        {
            var name = InFileName(optimizee);
            _fileNames[optimizee] = Enumerable.Range(2, int.MaxValue - 2).Select(i => $"{name}-{i}").Prepend(name)
                .First(taken.Add);
        }
    }

    /// <summary>The colour of an optimizer's lines.</summary>
    internal Color ColourOf(string optimizer) => Picture.Colour(Array.IndexOf(_optimizers, optimizer));

    /// <summary>The legend of some optimizers.</summary>
    internal IReadOnlyList<LegendEntry> LegendOf(IEnumerable<string> optimizers) =>
        [.. optimizers.Select(name => new LegendEntry(Picture.Short(name), ColourOf(name)))];

    /// <summary>An optimizee's name as part of a file name, followed by a number if another has the same.</summary>
    internal string FileNameOf(string optimizee) => _fileNames[optimizee];

    /// <summary>A name as part of a file's: letters, digits and a few signs.</summary>
    internal static string InFileName(string name) => string.Concat(name.Take(LongestFileName)
        .Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' ? letter : '-'));
}
