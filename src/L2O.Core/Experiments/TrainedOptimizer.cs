using L2O.Errors;
using L2O.Optimizers;
using L2O.Options;
using L2O.Tensors;

namespace L2O.Experiments;

/// <summary>Learned optimizers at fixed parameters; these belong to the caller's scope.</summary>
public static class TrainedOptimizer
{
    /// <summary>The optimizer that a checkpoint holds, and the SHA-256 of the file that it was read from.</summary>
    /// <exception cref="CheckpointException">The file is missing or damaged, or holds another optimizer than it says.</exception>
    public static (IOptimizer Optimizer, string Sha256) Load(string path, Placement placement)
    {
        var (file, sha256) = Safetensors.ReadWithChecksum(path);
        var values = new CheckpointValues(path, file, placement);
        var learned = Registry.MakeLearned(OptionsOf(path, values));
        return (learned.At(values.Phi(learned.PhiLayout)), sha256);
    }

    /// <summary>An optimizer as it is before meta-training.</summary>
    public static IOptimizer Untrained(IOptions options, RandomStreams streams, Placement placement)
    {
        var learned = Registry.MakeLearned(options);
        return learned.At(placement.Place(learned.InitialPhi(streams)));
    }

    private static IOptions OptionsOf(string path, CheckpointValues values)
    {
        try
        {
            return ConfigReader.FromJson(path, values.Word("optimizer"), Family.LearnedOptimizer, Registry.Kinds);
        }
        catch (ConfigException e)
        {
            throw new CheckpointException($"{path}: its optimizer is none that this version knows: {e.Message}", e);
        }
    }
}
