using System.Globalization;
using System.Text;
using L2O.Options;

namespace L2O.Runs;

/// <summary>Names that appear in the rows of tables, which are counted by line breaks.</summary>
internal static class RowName
{
    /// <summary>Problems of the names given by the entries of a list.</summary>
    /// <param name="key">The list's.</param>
    /// <param name="names">One for each entry; null for an entry that is named by its options.</param>
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

    // A lone surrogate is enumerated, and would be written, as the replacement character.
    private static bool IsPrintable(Rune letter) => letter != Rune.ReplacementChar && Rune.GetUnicodeCategory(letter)
        is not (UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
