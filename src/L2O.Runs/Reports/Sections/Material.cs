using L2O.Reports.Documents;
using L2O.Reports.Sources;

namespace L2O.Reports.Sections;

/// <summary>What sections are made of.</summary>
internal sealed class Material
{
    private readonly List<(string Name, Drawing Drawing)> _pictures = [];

    internal Material(Study study)
    {
        Study = study;
        Trainings = TrainingArm.Of(study);
        Evaluations = Comparisons.Of(study, Trainings, "evaluate");
        Analyses = Comparisons.Of(study, Trainings, "analyze");
    }

    internal Study Study { get; }

    internal IReadOnlyList<TrainingArm> Trainings { get; }

    internal IReadOnlyList<Comparison> Evaluations { get; }

    internal IReadOnlyList<Comparison> Analyses { get; }

    /// <summary>The pictures so far, under the names of their files.</summary>
    internal IReadOnlyList<(string Name, Drawing Drawing)> Pictures => _pictures;

    /// <summary>A picture in the page, and among those that become files; a number follows its name if that is taken.</summary>
    internal Figure Add(string name, Drawing drawing)
    {
        var taken = _pictures.Select(picture => picture.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var free = Enumerable.Range(2, int.MaxValue - 2).Select(i => $"{name}-{i}").Prepend(name).First(one => !taken.Contains(one));
        _pictures.Add((free, drawing));
        return drawing.InPage(free);
    }
}
