using L2O.Randomness;

namespace L2O.Optimizees;

/// <summary>An optimizee with a name, as part of the distribution that meta-training draws from or of a comparison.</summary>
/// <param name="Name">As it appears in the run's tables.</param>
/// <param name="Optimizee">The optimizee.</param>
/// <param name="Weight">How often it is drawn, relative to the others.</param>
public sealed record WeightedOptimizee(string Name, IOptimizee Optimizee, double Weight = 1)
{
    /// <summary>One entry, with the probability that its weight gives it.</summary>
    internal static WeightedOptimizee Sample(IReadOnlyList<WeightedOptimizee> entries, RandomStreams streams)
    {
        var left = streams.Scalars().NextDouble() * entries.Sum(entry => entry.Weight);
        foreach (var entry in entries)
        {
            left -= entry.Weight;
            if (left < 0)
            {
                return entry;
            }
        }

        return entries[^1];
    }
}
