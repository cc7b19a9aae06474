namespace L2O.Tests.Support;

/// <summary>Files of the project that tests read.</summary>
internal static class Repository
{
    internal static string Root { get; } = Find(new DirectoryInfo(AppContext.BaseDirectory));

    private static string Find(DirectoryInfo directory) => File.Exists(Path.Combine(directory.FullName, "l2o.sln"))
        ? directory.FullName
        : Find(directory.Parent ?? throw new DirectoryNotFoundException("no l2o.sln above the tests"));
}
