using L2O.Randomness;

namespace L2O.Tests.Runs.Sweeps;

/// <summary>A study of random numbers, in which runs are missing or diverged.</summary>
internal sealed class GeneratedStudy
{
    private static readonly string[] Arms = ["none", "flat", "steep"];
    private static readonly string[] Optimizers = ["adam", "sgd"];
    private static readonly (string Kind, string Config)[] Configs = [("evaluate", "seen"), ("evaluate", "unseen"), ("analyze", "flatness")];

    private SplitMix64 _numbers;
    private readonly List<Fact> _complete = [];
    private readonly List<Fact> _atWork = [];

    internal GeneratedStudy(SplitMix64 numbers, int metaSeeds, int seeds, int optimizees)
    {
        _numbers = numbers;
        foreach (var (kind, config) in Configs)
        {
            foreach (var arm in Arms)
            {
                for (var metaSeed = 1; metaSeed <= metaSeeds; metaSeed++)
                {
                    // The first meta-seed is always there, so that there is something to compare.
                    var run = metaSeed > 1 && Chance(0.1) ? _atWork : _complete;
                    run.AddRange(Run(kind, config, arm, metaSeed, seeds, optimizees));
                }
            }

            _complete.AddRange(Optimizers.SelectMany(optimizer => Run(kind, config, optimizer, null, seeds, optimizees)).ToArray());
        }
    }

    internal IReadOnlyList<Fact> Complete => _complete;

    internal IReadOnlyList<Fact> AtWork => _atWork;

    private IEnumerable<Fact> Run(string kind, string config, string arm, long? metaSeed, int seeds, int optimizees)
    {
        for (var optimizee = 0; optimizee < optimizees; optimizee++)
        {
            for (var seed = 0; seed < seeds; seed++)
            {
                var isDiverged = Chance(0.03);
                foreach (var (metric, value) in Numbers(kind, optimizee))
                {
                    var isNaN = isDiverged && kind == "analyze";
                    yield return new(
                        kind, config, arm, metaSeed, $"net {optimizee}", seed, metric, isNaN ? double.NaN : value, isDiverged);
                }
            }
        }
    }

    private IEnumerable<(string Metric, double? Value)> Numbers(string kind, int optimizee)
    {
        var gap = _numbers.NextNormal();
        var loss = Math.Exp(_numbers.NextNormal());
        double? accuracy = optimizee == 1 ? null : 0.1 + _numbers.NextDouble();
        return kind == "evaluate"
            ?
            [
                ("final_test_loss", loss), ("final_test_accuracy", accuracy), ("loss_gap", gap), ("seconds", loss),
                ("steps_to_train_loss_1", Chance(0.15) ? null : 20 + (100 * loss)),
            ]
            : [("hessian_ev", Chance(0.01) ? -loss : loss), ("train_loss", loss), ("train_accuracy", accuracy), ("loss_gap", gap)];
    }

    private bool Chance(double probability) => _numbers.NextDouble() < probability;
}
