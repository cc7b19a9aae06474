using TorchSharp.Modules;
using static TorchSharp.torch;

namespace L2O.Modules;

/// <summary>A group's parameters in blocks.</summary>
/// <param name="rules">Those of the optimizer.</param>
/// <param name="source">
/// Gives the parameters: a module that is moved to another device or type has new ones, which take the places of the old ones.
/// </param>
internal sealed class ParameterBlocks(TrainedRules rules, IEnumerable<Parameter> source) : IDisposable
{
    private readonly List<ParameterBlock> _blocks = [];
    private readonly Dictionary<int, List<int>> _restored = [];
    private ParameterBlock?[] _blockOf = [];
    private Parameter[] _parameters = [];

    /// <summary>Those that there are now.</summary>
    internal IReadOnlyList<Parameter> Parameters
    {
        get
        {
            if (_parameters.Length == 0 || Array.Exists(_parameters, parameter => parameter.IsInvalid))
            {
                _parameters = [.. source];
                Array.Resize(ref _blockOf, _parameters.Length);
            }

            return _parameters;
        }
    }

    /// <summary>Moves parameters that have a gradient; those that have one for the first time begin a block.</summary>
    internal void Step(double factor)
    {
        var parameters = Parameters;
        int[] first = [.. Enumerable.Range(0, parameters.Count).Where(i => _blockOf[i] is null && parameters[i].grad is not null)];
        if (first.Length > 0)
        {
            Add(BlockOf(first));
        }

        foreach (var block in _blocks)
        {
            block.Step(parameters, factor);
        }
    }

    /// <summary>The block of a parameter, and its number; null while it has had no gradient.</summary>
    internal (ParameterBlock Block, int Index)? BlockOf(int parameter) =>
        _blockOf[parameter] is { } block ? (block, _blocks.IndexOf(block)) : null;

    /// <summary>Takes up a parameter, the next one of the group, in place of what was known of it.</summary>
    /// <param name="parameter">Its place in the group.</param>
    /// <param name="index">Number of its block; less than 0 for none.</param>
    /// <param name="stepCount">Of the state.</param>
    /// <param name="tensors">Of the state, with the last parameter of a block; null otherwise.</param>
    internal void Restore(int parameter, int index, long stepCount, IReadOnlyList<Tensor>? tensors)
    {
        if (parameter == 0)
        {
            // What an earlier one that failed has left.
            _restored.Clear();
        }

        if (_blockOf[parameter] is { } old)
        {
            Remove(old);
        }

        if (index < 0)
        {
            return;
        }

        if (!_restored.TryGetValue(index, out var members))
        {
            _restored[index] = members = [];
        }

        members.Add(parameter);
        if (tensors is not null)
        {
            _restored.Remove(index);
            var block = BlockOf(members);
            block.Restore(Parameters, stepCount, tensors);
            Add(block);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var block in _blocks.ToArray())
        {
            Remove(block);
        }
    }

    private ParameterBlock BlockOf(IReadOnlyList<int> members) =>
        new(rules, members, members.Select(member => Parameters[member].shape));

    private void Add(ParameterBlock block)
    {
        _blocks.Add(block);
        foreach (var member in block.Members)
        {
            _blockOf[member] = block;
        }
    }

    private void Remove(ParameterBlock block)
    {
        block.Dispose();
        _blocks.Remove(block);
        foreach (var member in block.Members)
        {
            _blockOf[member] = null;
        }
    }
}
