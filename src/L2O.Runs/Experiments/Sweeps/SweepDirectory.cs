using L2O.Errors;
using L2O.Runs;
using L2O.Runs.Sweeps;

namespace L2O.Experiments.Sweeps;

/// <summary>The directory of a sweep's runs.</summary>
public static class SweepDirectory
{
    /// <summary>Makes sure that a directory is free for a sweep, or has its runs and no others'. Nothing is written.</summary>
    /// <returns>The runs as they are found, in the order of the plan.</returns>
    /// <exception cref="ConfigException">It holds something else, or runs that other configs made.</exception>
    public static IReadOnlyList<FoundRun> Check(SweepPlan plan)
    {
        RequireOwn(plan);
        FoundRun[] found = [.. plan.Runs.Select(FoundRun.Of)];
        string[] changed = [.. found.Where(run => run.State == RunState.Changed).Select(run => run.Planned.Path)];
        return changed.Length == 0
            ? found
            : throw new ConfigException(string.Join('\n', changed.Select(path =>
                $"{path}: is not what {plan.Index.File} asks for, but of another config, checkpoint or file; choose another --out, or delete it")));
    }

    /// <summary>Writes what the runs are, and where logs go.</summary>
    /// <exception cref="StorageException">It cannot be written.</exception>
    public static void Write(SweepPlan plan)
    {
        try
        {
            Directory.CreateDirectory(Path.Combine(plan.Directory, "logs"));
        }
        catch (Exception e) when (StorageException.IsFileSystem(e))
        {
            throw StorageException.Of(plan.Directory, e);
        }

        plan.Index.Write(plan.Directory);
    }

    /// <summary>Versions of the program that made runs, where they are several: their numbers may differ for that reason.</summary>
    public static IReadOnlyList<string> Versions(IEnumerable<FoundRun> runs)
    {
        string[] versions = [.. runs.Select(run => run.Info).OfType<RunInfo>().Select(VersionOf).Distinct()];
        return versions.Length > 1 ? versions : [];
    }

    private static string VersionOf(RunInfo info) =>
        $"{info.Versions.GetValueOrDefault("l2o", "an unknown version")}{(info.GitCommit is { } commit ? $" ({commit[..Math.Min(8, commit.Length)]})" : "")}";

    private static void RequireOwn(SweepPlan plan)
    {
        if (SweepIndex.IsIn(plan.Directory))
        {
            var other = SweepIndex.Read(plan.Directory);
            if (other.Name != plan.Name)
            {
                throw new ConfigException($"{plan.Directory}: holds the runs of another sweep, {other.Name}; choose another --out");
            }
        }
        else if (Directory.Exists(plan.Directory) && Directory.EnumerateFileSystemEntries(plan.Directory)
            .Any(entry => Path.GetFileName(entry) is not ("logs" or $"{SweepIndex.FileName}.tmp")))
        {
            throw new ConfigException($"{plan.Directory}: holds files that are no sweep's; choose another --out");
        }
    }
}
