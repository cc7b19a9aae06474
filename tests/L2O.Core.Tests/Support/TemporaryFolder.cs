namespace L2O.Tests.Support;

/// <summary>A folder of one test's own, gone after it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    internal string Root { get; } = Directory.CreateTempSubdirectory("l2o-test-").FullName;

    public void Dispose() => Directory.Delete(Root, recursive: true);

    internal string File(string name) => Path.Combine(Root, name);

    /// <summary>Writes a file and the folders above it.</summary>
    internal string Write(string name, byte[] content)
    {
        var path = File(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path) ?? Root);
        System.IO.File.WriteAllBytes(path, content);
        return path;
    }
}
