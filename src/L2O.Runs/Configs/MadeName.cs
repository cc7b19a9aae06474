using System.Security.Cryptography;
using System.Text;

namespace L2O.Configs;

/// <summary>
/// Names made of options. One that is too long for a table keeps the words that fit and ends in a tag made of all of them,
/// so that it is as much its own as the whole, and follows from its options alone: entries added later rename no other.
/// </summary>
internal static class MadeName
{
    /// <summary>Characters of a name in the rows of tables.</summary>
    internal const int Longest = 40;

    private const int TagLength = 6;

    /// <summary>A name of at most so many characters; only a first word may make it longer.</summary>
    /// <param name="words">All of it, in order; the first is always kept.</param>
    /// <param name="separator">Between two words.</param>
    /// <param name="longest">Characters at most.</param>
    internal static string Of(IReadOnlyList<Word> words, string separator = " ", int longest = Longest)
    {
        var whole = string.Join(separator, words.Select(word => word.Whole));
        if (whole.Length <= longest)
        {
            return whole;
        }

        var name = words[0].Brief;
        foreach (var word in words.Skip(1))
        {
            var longer = $"{name}{separator}{word.Brief}";
            name = longer.Length + 1 + TagLength <= longest ? longer : name;
        }

        return $"{name} {Tag(whole)}";
    }

    /// <summary>A few digits made of a whole text.</summary>
    internal static string Tag(string whole) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(whole)))[..TagLength];

    /// <summary>A word of a name.</summary>
    /// <param name="Whole">Tells it from every other.</param>
    /// <param name="Brief">Tells a reader what it is.</param>
    internal readonly record struct Word(string Whole, string Brief)
    {
        /// <summary>A word that is the same where room is short.</summary>
        internal static Word Of(string text) => new(text, text);
    }
}
