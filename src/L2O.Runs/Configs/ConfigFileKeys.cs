namespace L2O.Configs;

/// <summary>What every config can say beside the keys of its command.</summary>
public sealed record ConfigFileKeys
{
    /// <summary>A config that gives what this one does not: a path, counted from this file. It may extend another itself.</summary>
    public string? Extends { get; init; }
}
