using L2O.Errors;
using L2O.Optimizers.Handcrafted;
using L2O.Plugins;
using L2O.Registration;
using L2O.Runs;
using L2O.Storage;
using L2O.Tests.Support;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Xunit;

namespace L2O.Tests.Plugins;

public sealed class PluginFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Plugin => _folder.File("own.dll");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void WhatAPluginNeedsComesFromItsFolderButTheLibraryFromTheProgram()
    {
        EmittedPlugin.WriteHelper(_folder.File("Beside.dll"));
        File.Copy(typeof(IPlugin).Assembly.Location, _folder.File("L2O.Core.dll"));
        EmittedPlugin.Write(Plugin, CallHelper);

        Assert.Empty(PluginFile.Load(Plugin));
    }

    [Fact]
    public void WhatIsMissingBesideItIsNamed()
    {
        EmittedPlugin.Write(Plugin, CallHelper);

        AssertRefused("needs Beside, which is not in its folder; put it there, as dotnet publish does");
    }

    [Fact]
    public void AFileThatIsNoPluginIsRefused()
    {
        AssertRefused("no such file; --plugin names the .dll of a class library");

        File.WriteAllText(Plugin, "name: own");
        AssertRefused("is no .NET assembly; --plugin names the .dll of a class library");
    }

    [Fact]
    public void AnAssemblyWithoutAPluginIsRefused()
    {
        EmittedPlugin.WriteHelper(Plugin);

        AssertRefused("holds no plug-in; give it a public class that implements L2O.Registration.IPlugin and is made without arguments");
    }

    // Nothing calls what cannot be called, so that without a look at everything it would come to light late.
    [Fact]
    public void APluginForAnotherVersionSaysWhichBeforeAnythingRuns()
    {
        EmittedPlugin.Write(Plugin, Throw, change: type =>
        {
            EmittedPlugin.AddStatic(type, "Later", (module, il) => il.Emit(
                OpCodes.Call, new MethodReference("AddSurrogate", module.TypeSystem.Void, module.ImportReference(typeof(Registry)))));
            EmittedPlugin.Library(type.Module).Version = new(0, 1, 5, 0);
        });

        AssertOtherVersion("L2O.Core 0.1.5", "(Method not found: 'Void L2O.Registration.Registry.AddSurrogate()')");
    }

    [Fact]
    public void SoDoesOneThatMissesAType()
    {
        EmittedPlugin.Write(Plugin, Throw, change: type =>
            type.BaseType = new TypeReference("L2O.Optimizers", "Surrogate", type.Module, EmittedPlugin.Library(type.Module)));

        AssertOtherVersion("L2O.Core ", "(Could not load type 'L2O.Optimizers.Surrogate' from assembly 'L2O.Core, ");
    }

    [Fact]
    public void APluginThatFailsSaysHow()
    {
        EmittedPlugin.Write(Plugin, Throw);

        AssertRefused("failed when it was to add its kinds (InvalidOperationException: out of luck); add --verbose to see where");
    }

    [Fact]
    public void SoDoesOneThatFailsBeforeItIsAsked()
    {
        EmittedPlugin.Write(Plugin, (_, _) => { }, change: type => EmittedPlugin.AddStatic(type, ".cctor", Throw));

        AssertRefused("failed when it was to add its kinds (InvalidOperationException: out of luck); add --verbose to see where");
    }

    [Fact]
    public void AKindThatIsThereAlreadyIsNamed()
    {
        EmittedPlugin.Write(Plugin, (module, il) =>
        {
            var add = typeof(Registry).GetMethod(nameof(Registry.AddHandcraftedOptimizer))?.MakeGenericMethod(typeof(SgdOptions));
            il.Emit(OpCodes.Ldstr, "adam");
            il.Emit(OpCodes.Ldnull);
            il.Emit(OpCodes.Call, module.ImportReference(add));
            il.Emit(OpCodes.Pop);
        });

        AssertRefused("adam is a kind already; choose another name");
    }

    [Fact]
    public void APluginIsDescribedByItsNameAndCodeWhereverItLies()
    {
        EmittedPlugin.WriteHelper(Plugin);
        Directory.CreateDirectory(_folder.File("other"));
        File.Copy(Plugin, _folder.File("other/renamed.dll"));
        using var file = File.OpenRead(Plugin);
        RunPlugin expected = new("1.2.3", Sha256.Of(file));

        Assert.Equal([new("own", expected)], PluginFile.Describe([Plugin]));
        Assert.Equal([new("own", expected)], PluginFile.Describe([_folder.File("other/renamed.dll")]));
        var error = Assert.Throws<ConfigException>(() => PluginFile.Describe([Plugin, _folder.File("other/renamed.dll")]));
        Assert.EndsWith("renamed.dll: is called own, as another plug-in is; build one of them under another name", error.Message, StringComparison.Ordinal);
    }

    private static void CallHelper(ModuleDefinition module, ILProcessor il)
    {
        AssemblyNameReference beside = new("Beside", new(1, 2, 3, 0));
        module.AssemblyReferences.Add(beside);
        il.Emit(OpCodes.Call, new MethodReference("Help", module.TypeSystem.Void, new TypeReference("", "Helper", module, beside)));
    }

    private static void Throw(ModuleDefinition module, ILProcessor il)
    {
        il.Emit(OpCodes.Ldstr, "out of luck");
        il.Emit(OpCodes.Newobj, module.ImportReference(typeof(InvalidOperationException).GetConstructor([typeof(string)])));
        il.Emit(OpCodes.Throw);
    }

    private void AssertRefused(string reason) =>
        Assert.Equal($"{Plugin}: {reason}", Assert.Throws<ConfigException>(() => PluginFile.Load(Plugin)).Message);

    private void AssertOtherVersion(string made, string reason)
    {
        var error = Assert.Throws<ConfigException>(() => PluginFile.Load(Plugin)).Message;
        Assert.StartsWith($"{Plugin}: was made for {made}", error, StringComparison.Ordinal);
        Assert.Contains($"and this program has L2O.Core {typeof(IPlugin).Assembly.GetName().Version?.ToString(3)} and TorchSharp 0.", error, StringComparison.Ordinal);
        Assert.Contains(reason, error, StringComparison.Ordinal);
        Assert.EndsWith("; build it for these", error, StringComparison.Ordinal);
    }
}
