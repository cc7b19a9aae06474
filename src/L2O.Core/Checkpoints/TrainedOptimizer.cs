using L2O.Errors;
using L2O.Optimizers;
using L2O.Options;
using L2O.Randomness;
using L2O.Registration;
using L2O.Tensors;

namespace L2O.Checkpoints;

/// <summary>Learned optimizers at fixed parameters; these belong to the caller's scope.</summary>
public static class TrainedOptimizer
{
    /// <summary>The optimizer that a checkpoint holds, a file or one that comes along, and the SHA-256 of the file that it was read from.</summary>
    /// <exception cref="CheckpointException">The file is missing or damaged, or holds another optimizer than it says.</exception>
    public static (IOptimizer Optimizer, string Sha256) Load(string path, TensorOptions tensorOptions)
    {
        var trained = Read(path, tensorOptions);
        return (trained.Rule(), trained.Sha256);
    }

    /// <summary>The same, before a rule is made of it.</summary>
    /// <inheritdoc cref="Load"/>
    internal static TrainedParameters Read(string path, TensorOptions tensorOptions)
    {
        var (file, sha256) = CheckpointSource.Read(path);
        var values = new CheckpointValues(path, file, tensorOptions);
        var options = OptionsJson.Read(path, values.Word(CheckpointKeys.Optimizer));
        return new(path, options, values.Phi(Registry.MakeLearned(options).PhiLayout), sha256);
    }

    /// <summary>The options that a checkpoint says it was trained with; null where it cannot be read, which whoever loads it is told.</summary>
    internal static IOptions? OptionsOf(string path)
    {
        try
        {
            return OptionsJson.Read(path, CheckpointSource.Metadata(path).GetValueOrDefault(CheckpointKeys.Optimizer, ""));
        }
        catch (CheckpointException)
        {
            return null;
        }
    }

    /// <summary>An optimizer as it is before meta-training.</summary>
    public static IOptimizer Untrained(IOptions options, RandomStreams streams, TensorOptions tensorOptions)
    {
        var learned = Registry.MakeLearned(options);
        return learned.At(tensorOptions.Convert(learned.InitialPhi(streams)));
    }
}
