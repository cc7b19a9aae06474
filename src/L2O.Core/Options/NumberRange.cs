namespace L2O.Options;

/// <summary>The numbers that a key may have, where they do not depend on other keys.</summary>
/// <param name="Least">The smallest, or what all must be above.</param>
/// <param name="Most">The largest, or what all must be below; null where there is none.</param>
/// <param name="HasLeast">Whether the smallest is one of them.</param>
/// <param name="HasMost">Whether the largest is one of them.</param>
public sealed record NumberRange(double Least, double? Most = null, bool HasLeast = true, bool HasMost = true);
