using L2O.Data;
using L2O.Options;
using L2O.Randomness;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Optimizees;

/// <summary>Options of the sum of optimizees.</summary>
public sealed record SumOptions : IOptions
{
    /// <summary>The optimizees whose losses are added, each with parameters of its own.</summary>
    [OneOf(Family.Optimizee)]
    public required IReadOnlyList<IOptions> Terms { get; init; }

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems() => Require.NotEmpty("terms", Terms);
}

/// <summary>The sum of several losses, each of parameters of its own.</summary>
public sealed class SumOptimizee : IOptimizee
{
    private readonly IReadOnlyList<IOptimizee> _terms;

    /// <summary>Sums at least one optimizee.</summary>
    public SumOptimizee(IReadOnlyList<IOptimizee> terms)
    {
        _terms = terms;
        Layout = new(terms.SelectMany((term, i) => term.Layout.Shapes.Select(
            shape => new ParameterShape($"term_{i + 1}/{shape.Name}", shape.Shape))));
    }

    /// <inheritdoc/>
    public ParameterLayout Layout { get; }

    /// <inheritdoc/>
    public IEpisode Start(RandomStreams streams) => new Episode(
        [.. _terms.Select(term => term.Layout.Count)],
        [.. _terms.Select((term, i) => term.Start(streams.At("term", i)))]);

    /// <inheritdoc/>
    public IOptimizee? HoldingOut()
    {
        IOptimizee[] holding = [.. _terms.Select(term => term.HoldingOut()).OfType<IOptimizee>()];
        return holding.Length == _terms.Count ? new SumOptimizee(holding) : null;
    }

    private sealed class Episode(long[] counts, IEpisode[] terms) : IEpisode
    {
        public Tensor InitialTheta()
        {
            using var scope = NewDisposeScope();
            return cat([.. terms.Select(term => term.InitialTheta())]).MoveToOuterDisposeScope();
        }

        public bool IsDisturbed => terms.Any(term => term.IsDisturbed);

        public ILoss Minibatch(long step, long draw) =>
            new Sum(counts, [.. terms.Select(term => term.Minibatch(step, draw))]);

        public ILoss UndisturbedMinibatch(long step, long draw) =>
            new Sum(counts, [.. terms.Select(term => term.UndisturbedMinibatch(step, draw))]);

        public ILoss HeldOutMinibatch(long step, long draw) =>
            new Sum(counts, [.. terms.Select(term => term.HeldOutMinibatch(step, draw))]);

        public ILoss TrainLoss(long examples) => new Sum(counts, [.. terms.Select(term => term.TrainLoss(examples))]);

        public Measurement Measure(Tensor theta, Split split, CancellationToken cancel = default)
        {
            using var scope = NewDisposeScope();
            var losses = terms.Zip(theta.split(counts)).Select(pair => pair.First.Measure(pair.Second, split, cancel).Loss);
            return new(losses.Sum(), Accuracy: null);
        }

        public void Dispose()
        {
            foreach (var term in terms)
            {
                term.Dispose();
            }
        }
    }

    private sealed class Sum(long[] counts, ILoss[] terms) : ILoss
    {
        public Tensor At(Tensor theta)
        {
            using var scope = NewDisposeScope();
            return terms.Zip(theta.split(counts))
                .Select(pair => pair.First.At(pair.Second))
                .Aggregate((sum, value) => sum + value)
                .MoveToOuterDisposeScope();
        }

        public (Tensor Value, Tensor Gradient) WithGradient(Tensor theta)
        {
            using var scope = NewDisposeScope();
            var parts = terms.Zip(theta.split(counts)).Select(pair => pair.First.WithGradient(pair.Second)).ToArray();
            var value = parts.Select(part => part.Value).Aggregate((sum, term) => sum + term);
            var gradient = cat([.. parts.Select(part => part.Gradient)]);
            return (value.MoveToOuterDisposeScope(), gradient.MoveToOuterDisposeScope());
        }
    }
}
