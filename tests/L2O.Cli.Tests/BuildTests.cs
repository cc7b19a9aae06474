using System.IO.Compression;
using L2O.Cli.Tests.Support;
using L2O.Tests.Support;
using Xunit;

namespace L2O.Cli.Tests;

/// <summary>What the build gives to programs: a libtorch for their system, and a TorchSharp that loads on it.</summary>
public sealed class BuildTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("l2o-build-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void LibtorchIsThatOfTheSystemThatIsBuiltFor()
    {
        var project = Path.Combine(_folder, "cases.proj");
        File.WriteAllText(project, $"""
            <Project>
              <ItemGroup>
                <Case Include="win-x64/cpu;win-x64/cuda;win-x64/none;linux-x64/cpu;linux-x64/cuda;linux-x64/none" />
                <Case Include="osx-arm64/cpu;osx-arm64/cuda;osx-arm64/none" />
              </ItemGroup>
              <Target Name="References" Outputs="%(Case.Identity)">
                <MSBuild Projects="{Path.Combine(Repository.Root, "src", "L2O.Cli", "L2O.Cli.csproj")}" Targets="CollectPackageReferences"
                         Properties="RuntimeIdentifier=$([System.IO.Path]::GetDirectoryName(%(Case.Identity)));TorchBackend=%(Case.Filename)">
                  <Output TaskParameter="TargetOutputs" ItemName="Found" />
                </MSBuild>
                <PropertyGroup>
                  <Words>@(Found, ' ')</Words>
                </PropertyGroup>
                <WriteLinesToFile File="{Path.Combine(_folder, "found.txt")}" Lines="%(Case.Identity): $(Words)" />
                <ItemGroup>
                  <Found Remove="@(Found)" />
                </ItemGroup>
              </Target>
            </Project>
            """);

        Sdk.Run(Repository.Root, "msbuild", project, "-target:References", "-nologo", "-nodeReuse:false");

        Assert.Equal(
            [
                "win-x64/cpu: libtorch-cpu-win-x64", "win-x64/cuda: TorchSharp-cuda-windows", "win-x64/none:",
                "linux-x64/cpu: libtorch-cpu-linux-x64", "linux-x64/cuda: TorchSharp-cuda-linux", "linux-x64/none:",
                "osx-arm64/cpu: libtorch-cpu-osx-arm64", "osx-arm64/cuda:", "osx-arm64/none:",
            ],
            File.ReadAllLines(Path.Combine(_folder, "found.txt")).Select(line => string.Join(' ', line.Split(' ').Where(
                (word, i) => i == 0 || word.Contains("torch", StringComparison.OrdinalIgnoreCase)))));
    }

    [Fact]
    public void TheLibrarysPackageBringsThePatchOfTorchSharpAlong()
    {
        Sdk.PackLibrary(_folder);

        using var package = ZipFile.OpenRead(Assert.Single(Directory.GetFiles(_folder, "L2O.Core.*.nupkg")));
        using StreamReader targets = new(
            Assert.Single(package.Entries, entry => entry.FullName == "buildTransitive/L2O.Core.targets").Open());
        Assert.Equal(File.ReadAllText(Path.Combine(Repository.Root, "src", "TorchSharpNative.targets")), targets.ReadToEnd());
        Assert.Contains(package.Entries, entry => entry.FullName == "lib/net10.0/L2O.Core.dll");
    }

    [Theory]
    [InlineData("", "cpu", "l2o-linux-x64 l2o-win-x64 l2o-osx-arm64")]
    [InlineData("--libtorch none --runtime win-x64 --runtime linux-x64", "none", "l2o-win-x64-none l2o-linux-x64-none")]
    public void PublishingLeavesAFolderForEachSystemAndItsSize(string arguments, string libtorch, string folders)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the script is for bash");
        using Program program = new();

        program.Write("bin/dotnet", "#!/bin/sh\necho \"$@\" >> calls\nfor word; do [ \"$last\" != --output ] || mkdir -p \"$word\"; last=$word; done\n");

        var result = program.RunInShell(
            $"chmod +x bin/dotnet; PATH=$PWD/bin:$PATH '{Path.Combine(Repository.Root, "scripts", "publish.sh")}' {arguments}");

        string[] expected = [.. folders.Split(' ').Select(name => $"publish/{name}")];
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal(
            [.. expected.Select(folder => $"publishing {folder}"), .. expected.Select(folder => $"    0 MB  {folder}")],
            result.Output.Split('\n'));
        Assert.All(File.ReadLines(Path.Combine(program.Folder, "calls")).Zip(expected), call => Assert.Matches(
            $"--runtime {call.Second.Split('-', 2)[1].Replace("-none", "", StringComparison.Ordinal)} --self-contained -p:TorchBackend={libtorch} .* --output {call.Second} ",
            call.First));
    }
}
