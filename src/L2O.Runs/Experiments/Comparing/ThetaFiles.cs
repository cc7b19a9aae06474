using System.Globalization;
using L2O.Evaluation;
using L2O.Storage;
using static TorchSharp.torch;

namespace L2O.Experiments.Comparing;

/// <summary>The parameters that the runs of a comparison are to leave: a file each.</summary>
/// <param name="runDirectory">Of the comparison.</param>
/// <param name="saved">Which.</param>
internal sealed class ThetaFiles(string runDirectory, SavedTheta saved)
{
    /// <summary>Their folder in a run directory.</summary>
    internal const string FolderName = "theta";

    /// <summary>Writes what is asked for of a run, in place of what an interrupted one has left.</summary>
    /// <exception cref="Errors.StorageException">It cannot be written.</exception>
    internal void Write(string optimizer, string optimizee, long seed, Solution solution)
    {
        using var scope = NewDisposeScope();
        if (saved is SavedTheta.Start or SavedTheta.Both)
        {
            Write("start", solution.Episode.InitialTheta());
        }

        if (saved is SavedTheta.End or SavedTheta.Both)
        {
            Write("end", solution.Theta);
        }

        void Write(string name, Tensor theta)
        {
            var number = seed.ToString(CultureInfo.InvariantCulture);
            var shapes = solution.Layout.Shapes.Select(shape => shape.Name);
            Safetensors.WriteWithFolders(
                Path.Combine(runDirectory, FolderName, InPath(optimizer), InPath(optimizee), $"{number}-{name}.safetensors"),
                [.. shapes.Zip(solution.Layout.Split(theta.detach()))],
                new Dictionary<string, string>
                {
                    ["format"] = "l2o-theta/1",
                    ["optimizer"] = optimizer,
                    ["optimizee"] = optimizee,
                    ["seed"] = number,
                    ["at"] = name,
                    ["diverged"] = solution.IsDiverged ? "true" : "false",
                });
        }
    }

    // Names may have any letters; no two of them become one.
    private static string InPath(string name)
    {
        var escaped = Uri.EscapeDataString(name).Replace("%20", "+", StringComparison.Ordinal);
        return escaped.StartsWith('.') ? $"%2E{escaped[1..]}" : escaped;
    }
}
