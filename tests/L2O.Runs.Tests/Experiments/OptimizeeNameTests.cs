using L2O.Configs;
using L2O.Experiments;
using L2O.Registration;
using Xunit;

namespace L2O.Tests.Experiments;

public sealed class OptimizeeNameTests
{
    private const string LongSum =
        "{kind: sum, terms: [{kind: mlp, data: mnist, hidden: [20, 20]}, {kind: quadratic, dimension: 7}]}";

    [Theory]
    [InlineData("{kind: mlp, data: mnist}", "mlp mnist")]
    [InlineData("{kind: mlp, data: synthetic_digits, hidden: [4], batch_size: 16}", "mlp synthetic_digits batch_size=16 4")]
    [InlineData("{kind: quadratic, dimension: 4, instances: 16}", "quadratic dimension=4 instances=16")]
    public void AShortNameHasEveryWord(string entry, string name) => Assert.Equal([name], NamesOf(entry));

    [Fact]
    public void TheNameOfASumIsItsTermsKindsAndATag() =>
        Assert.Matches("^sum mlp\\+quadratic [0-9a-f]{6}$", Assert.Single(NamesOf(LongSum)));

    [Fact]
    public void LongNamesAreShortAndUnique()
    {
        string[] names =
        [
            .. NamesOf(
                LongSum,
                LongSum.Replace("dimension: 7", "dimension: {choice: [8, 9]}", StringComparison.Ordinal),
                "{kind: sum, terms: [{kind: mlp, data: mnist, hidden: {choice: [[21], [22]]}}]}",
                "{kind: mlp, data: synthetic_digits, hidden: [30, 31, 32, 33], batch_size: 16, activation: relu}",
                "{kind: mlp, data: synthetic_digits, hidden: [30, 31, 32, 34], batch_size: 16, activation: relu}"),
        ];

        Assert.Equal(7, names.Distinct().Count());
        Assert.All(names, name => Assert.InRange(name.Length, 1, MadeName.Longest));
    }

    [Fact]
    public void OtherEntriesChangeNoName() => Assert.Equal(
        NamesOf(LongSum)[0],
        NamesOf("{kind: sum, terms: [{kind: rosenbrock}, {kind: quadratic, dimension: 9, instances: 3}]}", LongSum)[1]);

    [Fact]
    public void AGivenNameStaysAndItsVariantsAreTold()
    {
        var given = new string('n', 50);

        Assert.Equal([given], NamesOf($"{{name: {given}, kind: quadratic}}"));
        Assert.Equal(
            ["mine dimension=3", "mine dimension=4"], NamesOf("{name: mine, kind: quadratic, dimension: {choice: [3, 4]}}"));
    }

    private static IReadOnlyList<string> NamesOf(params string[] entries)
    {
        var text = $"name: x\noptimizer: {{kind: dm}}\noptimizees: [{string.Join(", ", entries)}]\n";
        return
        [
            .. ConfigReader.Read<TrainConfig>(new("a.yaml", text, []), Registry.Kinds).Optimizees
                .SelectMany(entry => entry.Optimizee.All.Select(variant => OptimizeeName.Of(entry, variant))),
        ];
    }
}
