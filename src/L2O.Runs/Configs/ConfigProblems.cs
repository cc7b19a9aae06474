using L2O.Errors;

namespace L2O.Configs;

/// <summary>What is wrong with a config, collected so that it can be put right in one go.</summary>
internal sealed class ConfigProblems
{
    private const int MostShown = 20;

    private readonly List<(Position Position, string Message)> _found = [];

    internal void Add(Position position, string message) => _found.Add((position, message));

    internal void AddAll(ConfigProblems others) => _found.AddRange(others._found);

    /// <exception cref="ConfigException">
    /// Something was added; one problem per line, arguments before files, each file's in its order.
    /// </exception>
    internal void ThrowIfAny()
    {
        // Variants of one entry share its mistakes; each is told once.
        string[] lines =
        [
            .. _found.GroupBy(problem => problem.Position.Source).OrderBy(source => source.First().Position.Line > 0)
                .SelectMany(source => source.OrderBy(problem => problem.Position.Line).ThenBy(problem => problem.Position.Column))
                .Select(problem => $"{problem.Position}: {problem.Message}").Distinct(),
        ];
        if (lines.Length > MostShown)
        {
            lines = [.. lines.Take(MostShown), $"and {lines.Length - MostShown} more"];
        }

        if (lines.Length > 0)
        {
            throw new ConfigException(string.Join('\n', lines));
        }
    }
}
