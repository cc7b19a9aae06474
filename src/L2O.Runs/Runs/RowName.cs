using System.Globalization;
using System.Text;
using L2O.Options;

namespace L2O.Runs;

/// <summary>Names that stand in the rows of tables. Rows are counted by line breaks, so a name has none.</summary>
internal static class RowName
{
    /// <summary>What is wrong with the names that the entries of a list give; an entry without one is named by its options.</summary>
    /// <param name="key">The list's.</param>
    /// <param name="names">One for each entry; null where it gives none.</param>
    internal static IEnumerable<OptionProblem> Problems(string key, IEnumerable<string?> names)
    {
        foreach (var (i, name) in names.Index())
        {
            if (name is not null && Fault(name) is { } fault)
            {
                yield return new($"{key}.{i}.name", fault);
            }
        }
    }

    private static string? Fault(string name)
    {
        if (name.Length == 0)
        {
            return "is empty; choose a name, or leave the key out";
        }

        foreach (var letter in name.EnumerateRunes())
        {
            if (!IsPrintable(letter))
            {
                return $"has the character U+{letter.Value:X4}; choose a name on one line, without control characters";
            }
        }

        return name.Trim() == name ? null : $"is \"{name}\"; choose a name without blanks around it";
    }

    // Half a pair of surrogates reads as the replacement character, and would be written as it.
    private static bool IsPrintable(Rune letter) => letter != Rune.ReplacementChar && Rune.GetUnicodeCategory(letter)
        is not (UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
