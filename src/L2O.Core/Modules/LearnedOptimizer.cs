using L2O.Checkpoints;
using L2O.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace L2O.Modules;

/// <summary>
/// A trained optimizer for the parameters of any TorchSharp module, used as those of `torch.optim` are: `zero_grad`, `backward`,
/// `step`. Parameters of a group that had their first gradients at the same step are one vector to the rule, on which rules that
/// look at whole tensors or at all of them depend.
/// </summary>
/// <remarks>
/// A parameter that has never had a gradient is left alone; one that has none at a step stays where it is, and the rule sees a
/// gradient of 0 for it. A module may be moved to another device or type between steps, if what was given is its `parameters()`:
/// the optimizer asks for them again, and its state follows them.
/// </remarks>
public sealed class LearnedOptimizer : OptimizerHelper
{
    private readonly TrainedRules _rules;
    private readonly Dictionary<ParamGroup, ParameterBlocks> _blocks = [];

    /// <summary>For parameters in one group.</summary>
    /// <param name="parameters">What `module.parameters()` gives.</param>
    /// <param name="checkpoint">A checkpoint file, or `pretrained:NAME` (<see cref="Pretrained.Names"/>).</param>
    /// <exception cref="Errors.CheckpointException">The file is missing or damaged, or there is no optimizer of that name.</exception>
    public LearnedOptimizer(IEnumerable<Parameter> parameters, string checkpoint)
        : this([new ParamGroup { Parameters = parameters }], checkpoint)
    {
    }

    /// <summary>For parameters with their names, which count for nothing, in one group.</summary>
    /// <inheritdoc cref="LearnedOptimizer(IEnumerable{Parameter}, string)"/>
    public LearnedOptimizer(IEnumerable<(string Name, Parameter Parameter)> parameters, string checkpoint)
        : this(parameters.Select(parameter => parameter.Parameter), checkpoint)
    {
    }

    /// <summary>For groups of parameters, each a vector of its own with a learning rate of its own.</summary>
    /// <param name="groups">The learning rate of their options is that of the rule, or the scale of its updates where it has none.</param>
    /// <param name="checkpoint">A checkpoint file, or `pretrained:NAME` (<see cref="Pretrained.Names"/>).</param>
    /// <exception cref="Errors.CheckpointException">The file is missing or damaged, or there is no optimizer of that name.</exception>
    public LearnedOptimizer(IEnumerable<ParamGroup> groups, string checkpoint)
    {
        _rules = new(checkpoint);
        _parameter_groups = [];
        foreach (var group in groups)
        {
            add_param_group(group);
        }
    }

    /// <summary>
    /// What the updates are multiplied by in all groups, as a learning rate would be, of rules that have none; 1 is as trained. Learning
    /// rate schedulers change it.
    /// </summary>
    /// <exception cref="InvalidOperationException">The rule has a learning rate.</exception>
    public double UpdateScale
    {
        get => Rate(isLearningRate: false);
        set => SetRate(value, isLearningRate: false);
    }

    /// <summary>The learning rate in all groups, of rules that have one; at first that of meta-training.</summary>
    /// <exception cref="InvalidOperationException">The rule has none.</exception>
    public double LearningRate
    {
        get => Rate(isLearningRate: true);
        set => SetRate(value, isLearningRate: true);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A parameter is here twice, or has no floating-point numbers.</exception>
    public override void add_param_group(ParamGroup param_group)
    {
        Parameter[] added = [.. param_group.Parameters];
        if (parameters().Concat(added).ToHashSet(ReferenceEqualityComparer.Instance).Count < parameters().Count() + added.Length)
        {
            throw new ArgumentException("a parameter is in two groups, or twice in one", nameof(param_group));
        }

        if (Array.Find(added, parameter => !parameter.is_floating_point()) is { } other)
        {
            throw new ArgumentException($"a parameter is of type {other.dtype}, which has no fractions", nameof(param_group));
        }

        param_group.Options ??= new();
        param_group.Options.LearningRate ??= _rules.Rate;
        param_group.Options.InitialLearningRate = param_group.LearningRate;
        _parameter_groups.Add(param_group);
        _blocks[param_group] = new(_rules, param_group.Parameters);
    }

    /// <inheritdoc/>
    public override Tensor? step(Func<Tensor>? closure = null)
    {
        Tensor? loss = null;
        if (closure is not null)
        {
            using var recorded = enable_grad();
            loss = closure();
        }

        using var work = NumericWork.Begin();
        using var unrecorded = no_grad();
        foreach (var group in _parameter_groups)
        {
            _blocks[group].Step(group.LearningRate / _rules.Rate);
        }

        return loss;
    }

    /// <summary>Is not needed: at the next step the state follows the parameters to their device.</summary>
    public new void to(Device device)
    {
        Renew();
        base.to(device);
    }

    /// <inheritdoc/>
    public override StateDictionary state_dict()
    {
        Renew();
        return base.state_dict();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var blocks in _blocks.Values)
            {
                blocks.Dispose();
            }

            _rules.Dispose();
        }

        base.Dispose(disposing);
    }

    // TorchSharp finds them by handles, which are others once a module was moved.
    private void Renew()
    {
        _state.Clear();
        foreach (var blocks in _blocks.Values)
        {
            for (var place = 0; place < blocks.Parameters.Count; place++)
            {
                _state[blocks.Parameters[place].Handle] = new ParameterMemory(blocks, place);
            }
        }
    }

    private double Rate(bool isLearningRate)
    {
        Check(isLearningRate);
        return _parameter_groups[0].LearningRate;
    }

    private void SetRate(double rate, bool isLearningRate)
    {
        Check(isLearningRate);
        ArgumentOutOfRangeException.ThrowIfNegative(rate);
        foreach (var group in _parameter_groups)
        {
            (group.LearningRate, group.InitialLearningRate) = (rate, rate);
        }
    }

    private void Check(bool isLearningRate)
    {
        if (isLearningRate != _rules.HasLearningRate)
        {
            throw new InvalidOperationException(_rules.HasLearningRate
                ? $"{_rules.Name}, has a learning rate; set that in place of the scale of its updates"
                : $"{_rules.Name}, has no learning rate; set the scale of its updates");
        }
    }
}
