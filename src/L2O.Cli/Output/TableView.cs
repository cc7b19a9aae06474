using System.Globalization;
using L2O.Configs;
using L2O.Errors;
using L2O.Runs.Tables;
using L2O.Statistics;

namespace L2O.Cli.Output;

/// <summary>Rows of a table as text, chosen and averaged by the names of columns.</summary>
/// <param name="name">Of the table, for messages.</param>
/// <param name="columns">Names of the columns.</param>
/// <param name="rows">A cell for each column.</param>
internal sealed class TableView(string name, IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<string>> rows)
{
    /// <summary>Every row of a table.</summary>
    internal static TableView Of(Table table, string runDirectory, bool withTimes) =>
        new(table.Name, table.Columns, table.TextIn(runDirectory, withTimes));

    /// <summary>The rows that have a value.</summary>
    /// <param name="condition">COLUMN=VALUE.</param>
    internal TableView Where(string condition)
    {
        if (condition.Split('=', 2) is not [var column, var value])
        {
            throw new ConfigException($"--where {condition}: write COLUMN=VALUE, for instance seed=0");
        }

        var wanted = IndexOf(column);
        return new(name, columns, [.. rows.Where(row => row[wanted] == value)]);
    }

    /// <summary>Some of the columns.</summary>
    internal TableView Select(IReadOnlyList<string> shown)
    {
        int[] indices = [.. shown.Select(IndexOf)];
        return new(name, shown, [.. rows.Select(row => (string[])[.. indices.Select(i => row[i])])]);
    }

    /// <summary>Mean, standard deviation and 95% interval of a column over the rows that are alike in others.</summary>
    internal TableView Mean(string averaged, IReadOnlyList<string> by)
    {
        var index = IndexOf(averaged);
        int[] keys = [.. by.Select(IndexOf)];
        return new(
            name,
            [.. by, averaged, "std", "ci_low", "ci_high", "rows"],
            [
                .. rows.GroupBy(row => string.Join('\n', keys.Select(i => row[i])))
                    .Select(group => (string[])[.. keys.Select(i => group.First()[i]), .. Summary(group.Select(row => row[index]))]),
            ]);
    }

    /// <summary>
    /// Prints a line of column names and one for each row to stdout: on a terminal the columns that fit, and the names of
    /// the others, elsewhere all.
    /// </summary>
    internal void Print(bool asCsv)
    {
        if (asCsv)
        {
            foreach (var row in rows.Prepend(columns))
            {
                Console.WriteLine(string.Join(',', row.Select(Quoted)));
            }

            return;
        }

        string[][] all = [[.. columns], .. rows.Select(row => (string[])[.. row])];
        if (Console.IsOutputRedirected || Terminal.OutputWidth is not { } width)
        {
            TextTable.Print(all, int.MaxValue);
            return;
        }

        var shown = TextTable.Fitted(all, width);
        TextTable.Print(shown, width);
        if (columns.Count > shown[0].Length)
        {
            var others = string.Join(", ", columns.Skip(shown[0].Length));
            TextTable.Print([[$"({name} has more columns than fit here: {others}; choose by --columns, or see all by --csv)"]], width);
        }
    }

    private int IndexOf(string column)
    {
        var index = Array.IndexOf([.. columns], column);
        if (index >= 0)
        {
            return index;
        }

        var help = Nearest.To(column, columns) is { } nearest
            ? $"did you mean {nearest}?"
            : $"choose one of {string.Join(", ", columns)}";
        throw new ConfigException($"{name}: has no column {column}; {help}");
    }

    // What is empty was not measured.
    private string[] Summary(IEnumerable<string> cells)
    {
        var mean = SampleMean.Of([.. cells.Where(cell => cell.Length > 0).Select(Number)]);
        return
        [
            .. new[] { mean.Mean, mean.StandardDeviation, mean.Low, mean.High }
                .Select(value => value.ToString("G6", CultureInfo.InvariantCulture)),
            $"{mean.Count}",
        ];
    }

    private double Number(string cell) => double.TryParse(cell, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw new ConfigException($"{name}: `{cell}` is no number, so it has no mean; choose a column of numbers");

    private static string Quoted(string cell) =>
        cell.AsSpan().IndexOfAny(",\"\n") < 0 ? cell : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
