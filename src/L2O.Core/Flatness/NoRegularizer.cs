using L2O.Options;

namespace L2O.Flatness;

/// <summary>Options of plain meta-training: nothing is added to the meta-objective.</summary>
public sealed record NoRegularizer : IOptions
{
    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems() => [];
}
