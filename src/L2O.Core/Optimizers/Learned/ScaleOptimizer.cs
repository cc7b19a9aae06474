using L2O.Randomness;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Optimizers.Learned;

/// <summary>
/// L2O-Scale: a hierarchy of recurrent cells, one for each parameter, for each tensor and for the whole problem
/// (Wichrowska et al. 2017, arXiv 1703.04813).
/// </summary>
public sealed class ScaleOptimizer : ILearnedOptimizer
{
    private readonly ScaleOptions _options;
    private readonly IReadOnlyList<ScaleWeight> _weights;

    /// <summary>The family of rules that the options describe.</summary>
    public ScaleOptimizer(ScaleOptions options)
    {
        _options = options;
        _weights = ScaleWeights.Of(options);
        PhiLayout = new(_weights.Select(weight => weight.Shape));
    }

    /// <inheritdoc/>
    public ParameterLayout PhiLayout { get; }

    /// <inheritdoc/>
    public Tensor InitialPhi(RandomStreams streams)
    {
        using var scope = NewDisposeScope();
        return PhiLayout.Join([.. _weights.Select(weight => weight.Draw(streams))]).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public IOptimizer At(Tensor phi)
    {
        var parts = PhiLayout.Shapes.Zip(PhiLayout.Split(phi));
        return new ScaleRule(_options, parts.ToDictionary(pair => pair.First.Name, pair => pair.Second));
    }

    /// <inheritdoc/>
    public ITape Record(Tensor phi) => new AutogradTape(this, phi);
}
