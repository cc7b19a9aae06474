namespace L2O.Imports;

/// <summary>Sizes that shapes tell, as a config would say them.</summary>
internal static class LayoutSizes
{
    /// <summary>A key with a size; nothing where that is not known.</summary>
    internal static IEnumerable<string> Setting(string key, int? size) => size is null ? [] : [$"{key}: {size}"];

    /// <summary>A key with a list: the sizes that are known, up to the first that is not.</summary>
    internal static IEnumerable<string> List(string key, IEnumerable<int?> sizes)
    {
        int?[] known = [.. sizes.TakeWhile(size => size is not null)];
        return known.Length > 0 ? [$"{key}: [{string.Join(", ", known)}]"] : [];
    }
}
