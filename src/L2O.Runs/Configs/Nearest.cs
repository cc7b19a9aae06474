namespace L2O.Configs;

/// <summary>Finds the word that someone meant.</summary>
public static class Nearest
{
    /// <summary>The word that fewest edits lead to, or null where none is near enough to be a slip.</summary>
    public static string? To(string word, IEnumerable<string> known)
    {
        var (nearest, distance) = known.Select(candidate => (candidate, Distance: EditDistance(word, candidate)))
            .OrderBy(pair => pair.Distance).FirstOrDefault();
        var length = Math.Min(word.Length, nearest?.Length ?? 0);
        return distance <= Math.Max(1, length / 3) ? nearest : null;
    }

    // Levenshtein's distance with neighbours swapped as one edit.
    private static int EditDistance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    d[i, j] = i + j;
                    continue;
                }

                var replace = d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                d[i, j] = Math.Min(replace, 1 + Math.Min(d[i - 1, j], d[i, j - 1]));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
                }
            }
        }

        return d[a.Length, b.Length];
    }
}
