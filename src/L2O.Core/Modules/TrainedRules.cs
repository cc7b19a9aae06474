using L2O.Checkpoints;
using L2O.Optimizers;
using L2O.Options;
using L2O.Registration;
using L2O.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace L2O.Modules;

/// <summary>A trained rule for every device and type that parameters have; owns its parameters phi.</summary>
internal sealed class TrainedRules : IDisposable
{
    private readonly Tensor _phi;
    private readonly IOptions _options;
    private readonly Dictionary<(DeviceType, int, ScalarType), IOptimizer> _rules = [];
    private readonly List<IDisposable> _owned = [];

    /// <summary>That of a checkpoint, under no schedule: whoever uses it has their own.</summary>
    /// <exception cref="L2O.Errors.CheckpointException">The file is missing or damaged, or holds no optimizer.</exception>
    internal TrainedRules(string checkpoint)
    {
        using var scope = NewDisposeScope();
        var trained = TrainedOptimizer.Read(checkpoint, new(CPU, float64));
        _phi = trained.Phi.DetachFromDisposeScope();
        _options = trained.Options is LearningRateOptions rate ? rate with { Schedule = new() } : trained.Options;
        HasLearningRate = trained.HasLearningRate;
        Name = $"{checkpoint}, a {Registry.KindOf(_options)}";
    }

    /// <summary>For messages.</summary>
    internal string Name { get; }

    /// <summary>Whether its updates are proportional to a learning rate, which is then what scales them.</summary>
    internal bool HasLearningRate { get; }

    /// <summary>The learning rate that it was trained with, and where it has none the scale of its updates: 1.</summary>
    internal double Rate => _options is LearningRateOptions { LearningRate: var rate } ? rate : 1;

    /// <summary>The rule for parameters of a device and a type.</summary>
    internal IOptimizer At(TensorOptions options)
    {
        var key = (options.Device.type, options.Device.index, options.Type);
        if (!_rules.TryGetValue(key, out var rule))
        {
            // A rule may keep views of phi.
            using var scope = NewDisposeScope();
            _rules[key] = rule = Registry.MakeLearned(_options).At(options.Convert(_phi).alias());
            IDisposable[] made = [.. scope.DisposablesView];
            scope.Detach(made);
            _owned.AddRange(made);
        }

        return rule;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _phi.Dispose();
        foreach (var made in _owned)
        {
            made.Dispose();
        }

        _owned.Clear();
        _rules.Clear();
    }
}
