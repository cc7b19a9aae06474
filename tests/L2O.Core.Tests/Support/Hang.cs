namespace L2O.Tests.Support;

/// <summary>When a test gives up on what would never end.</summary>
internal static class Hang
{
    /// <summary>So long that no machine is too busy to get there.</summary>
    internal static readonly TimeSpan Limit = TimeSpan.FromMinutes(20);
}
