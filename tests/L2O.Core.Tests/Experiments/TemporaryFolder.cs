namespace L2O.Tests.Experiments;

/// <summary>A folder of one test's own, gone after it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    internal string Root { get; } = Directory.CreateTempSubdirectory("l2o-test-").FullName;

    public void Dispose() => Directory.Delete(Root, recursive: true);

    internal string File(string name) => Path.Combine(Root, name);
}
