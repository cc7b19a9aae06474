using L2O.Errors;
using L2O.Runs;
using L2O.Runs.Sweeps;

namespace L2O.Reports.Sources;

/// <summary>Everything that a page is made of.</summary>
/// <param name="Directories">As they were given.</param>
/// <param name="Runs">Those of sweeps among them.</param>
/// <param name="Sweeps">Which they belong to.</param>
internal sealed record Study(
    IReadOnlyList<string> Directories, IReadOnlyList<ReportedRun> Runs, IReadOnlyList<ReportedSweep> Sweeps)
{
    // runs/NAME, and evaluate/CONFIG/NAME in a folder of several.
    private const int DeepestRun = 4;

    /// <summary>Whether something of it is still to come.</summary>
    internal bool IsAtWork => Runs.Any(run => run.IsAtWork) || Sweeps.Any(sweep => sweep.Runs.Count < sweep.Index.Runs.Count);

    internal IEnumerable<ReportedRun> Trainings => Runs.Where(run => run.Is("train"));

    /// <summary>Reads what stands in directories of runs, of sweeps, or of several of them.</summary>
    /// <exception cref="ConfigException">One of them holds no run.</exception>
    /// <exception cref="CheckpointException">A file that describes a run or a sweep is damaged.</exception>
    internal static Study Read(IReadOnlyList<string> directories)
    {
        List<ReportedRun> runs = [];
        List<ReportedSweep> sweeps = [];
        foreach (var directory in directories.SelectMany(Expanded).DistinctBy(Path.GetFullPath))
        {
            if (SweepIndex.IsIn(directory))
            {
                var sweep = ReportedSweep.Read(directory);
                sweeps.Add(sweep);
                runs.AddRange(sweep.Runs);
            }
            else
            {
                runs.Add(new(directory, RunInfo.Read(directory), place: null));
            }
        }

        return new(directories, runs, sweeps);
    }

    /// <summary>The training that made an optimizer, if it is among the runs or where its checkpoint was.</summary>
    /// <param name="checkpoint">The file.</param>
    internal RunConfig? TrainingOf(string checkpoint)
    {
        if (Path.GetDirectoryName(Path.GetDirectoryName(checkpoint)) is not { Length: > 0 } directory)
        {
            return null;
        }

        var full = Path.GetFullPath(directory);
        if (Trainings.FirstOrDefault(run => Path.GetFullPath(run.Directory) == full) is { } same)
        {
            return same.Config;
        }

        // Where runs were moved or copied, the directory's own name is left.
        return RunDirectory.HoldsRun(directory)
            ? RunConfig.In(directory)
            : Trainings.FirstOrDefault(run => Path.GetFileName(Path.GetFullPath(run.Directory)) == Path.GetFileName(full))?.Config;
    }

    // A directory that is neither a run nor a sweep may hold some.
    private static IReadOnlyList<string> Expanded(string directory)
    {
        if (!Directory.Exists(directory))
        {
            throw new ConfigException($"{directory}: no such directory; name one of a run or a sweep");
        }

        if (IsSource(directory))
        {
            return [directory];
        }

        string[] found = [.. Below(directory, DeepestRun)];
        return found.Length > 0
            ? found
            : throw new ConfigException(
                $"{directory}: holds no run; name a directory with a {RunInfo.FileName} or a {SweepIndex.FileName}, or one of several such");
    }

    private static IEnumerable<string> Below(string directory, int levels) => levels == 0
        ? []
        : Directory.EnumerateDirectories(directory).Order(StringComparer.Ordinal)
            .SelectMany(inner => IsSource(inner) ? [inner] : Below(inner, levels - 1));

    private static bool IsSource(string directory) => RunDirectory.HoldsRun(directory) || SweepIndex.IsIn(directory);
}
