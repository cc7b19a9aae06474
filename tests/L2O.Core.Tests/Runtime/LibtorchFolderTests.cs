using L2O.Errors;
using L2O.Runtime;
using Xunit;

namespace L2O.Tests.Runtime;

public sealed class LibtorchFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("l2o-libtorch-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("torch/lib", "torch/lib")]
    [InlineData("torch", "torch/lib")]
    [InlineData("", "torch/lib")]
    public void LibrariesAreFoundInAFolderItsLibOrItsTorchLib(string named, string found)
    {
        Write($"torch/lib/{LibtorchFolder.FileName("torch_cpu")}", "");

        Assert.Equal(PathOf(found), LibtorchFolder.Find(PathOf(named)).Path);
    }

    [Theory]
    [InlineData("torch/version.py", "from typing import Optional\n__all__ = ['__version__']\n__version__ = '2.9.1+cu128'\ndebug = False\n", "2.9.1+cu128")]
    [InlineData("torch/build-version", "2.10.0+cpu\n", "2.10.0+cpu")]
    [InlineData("torch/version.py", "debug = False\n", null)]
    [InlineData("torch/readme.txt", "2.10.0", null)]
    public void TheVersionIsWhatAFileBesideLibSays(string name, string text, string? version)
    {
        Write($"torch/lib/{LibtorchFolder.FileName("torch_cpu")}", "");
        Write(name, text);

        Assert.Equal(version, LibtorchFolder.Find(_folder).Version);
    }

    [Theory]
    [InlineData("2.10.0", null)]
    [InlineData("2.10.0+cu128", null)]
    [InlineData("2.10.1", "lib: this is libtorch 2.10.1; TorchSharp was made for 2.10.0, and another may fail or give other numbers")]
    [InlineData("2.1.0", "lib: this is libtorch 2.1.0; TorchSharp was made for 2.10.0, and another may fail or give other numbers")]
    [InlineData(null, "lib: this is libtorch of an unknown version; TorchSharp was made for 2.10.0, and another may fail or give other numbers")]
    public void AnotherVersionThanTorchSharpWasMadeForIsWarnedOf(string? version, string? warning) =>
        Assert.Equal(warning, new LibtorchFolder("lib", version).Warning);

    [Fact]
    public void WhereThereAreNoLibrariesIsSaidWithARemedy()
    {
        var remedy = "; name the folder torch/lib of a Python install of PyTorch, or that of any libtorch";
        var missing = PathOf("missing");

        Assert.Equal(
            $"{_folder}: holds no {LibtorchFolder.FileName("torch_cpu")}, nor does its lib or torch/lib{remedy}",
            Assert.Throws<ConfigException>(() => LibtorchFolder.Find(_folder)).Message);
        Assert.Equal($"{missing}: no such folder{remedy}", Assert.Throws<ConfigException>(() => LibtorchFolder.Find(missing)).Message);
    }

    private string PathOf(string name) => Path.TrimEndingDirectorySeparator(Path.Combine(_folder, name));

    private void Write(string name, string text)
    {
        var path = PathOf(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path) ?? _folder);
        File.WriteAllText(path, text);
    }
}
