using TorchSharp.Modules;
using static TorchSharp.torch;

namespace L2O.Modules;

/// <summary>
/// What TorchSharp saves with a parameter: which block of its group it is in, and with the last one of a block the block's state.
/// </summary>
/// <param name="blocks">Those of its group.</param>
/// <param name="place">Of the parameter in the group.</param>
internal sealed class ParameterMemory(ParameterBlocks blocks, int place) : OptimizerState(blocks.Parameters[place])
{
    /// <inheritdoc/>
    public override void SaveStateDict(BinaryWriter writer)
    {
        var (index, stepCount, tensors) = Contents();
        writer.Write(index);
        writer.Write(stepCount);
        writer.Write(tensors?.Count ?? -1);
        foreach (var tensor in tensors ?? [])
        {
            SaveConditionalStateTensor(writer, tensor);
        }
    }

    /// <inheritdoc/>
    public override void LoadStateDict(BinaryReader reader)
    {
        using var scope = NewDisposeScope();
        var (index, stepCount, count) = (reader.ReadInt32(), reader.ReadInt64(), reader.ReadInt32());
        var tensors = new Tensor[Math.Max(count, 0)];
        for (var i = 0; i < tensors.Length; i++)
        {
            LoadConditionalStateTensor(reader, ref tensors[i], CPU);
        }

        blocks.Restore(place, index, stepCount, count < 0 ? null : tensors);
    }

    /// <inheritdoc/>
    public override void LoadStateDict(OptimizerState source)
    {
        if (source is not ParameterMemory other)
        {
            throw new InvalidDataException("the state is not one of a learned optimizer");
        }

        var (index, stepCount, tensors) = other.Contents();
        blocks.Restore(place, index, stepCount, tensors);
    }

    /// <inheritdoc/>
    public override void Initialize(OptimizerOptions options)
    {
    }

    /// <inheritdoc/>
    public override bool ApproximatelyEquals(OptimizerState other)
    {
        var (mine, others) = (Contents(), (other as ParameterMemory)?.Contents());
        return others is { } theirs && mine.Index == theirs.Index && mine.StepCount == theirs.StepCount
            && (mine.Tensors is null) == (theirs.Tensors is null)
            && (mine.Tensors ?? []).Zip(theirs.Tensors ?? []).All(pair => pair.First.allclose(pair.Second));
    }

    private (int Index, long StepCount, IReadOnlyList<Tensor>? Tensors) Contents() => blocks.BlockOf(place) switch
    {
        ({ State: { } state } block, var index) =>
            (index, state.StepCount, block.Members[^1] == place ? state.Tensors : null),
        _ => (-1, 0, null),
    };
}
