using L2O.Errors;
using L2O.Imports;
using L2O.Randomness;
using L2O.Tests.Support;
using Xunit;

namespace L2O.Tests.Imports;

/// <summary>Whatever a file of another program is, the answer is an optimizer or one sentence, for little memory.</summary>
public sealed class ImportFuzzTests(ITestOutputHelper output)
{
    private const int CaseCount = 5_000;
    private const long MostBytes = 2 << 20;

    private static readonly ForeignBytes.Values[] _published = OptimizerImportTests.SmallDm;
    private static readonly ForeignBytes.Values[] _own = OptimizerImportTests.SmallOwnDm;

    [Fact]
    public void MutatedPicklesAreReadOrRefused() => Run("pickles", (ref random) => (Fuzz.Mutated(ForeignBytes.DillPickle(_published), ref random), []));

    [Fact]
    public void MutatedMessagePackIsReadOrRefused() => Run("MessagePack", (ref random) => (Fuzz.Mutated(ForeignBytes.FlaxMap(_own), ref random), []));

    // Half of the time what is packed is changed, so that the archive is whole and the changes reach the reader of arrays.
    [Fact]
    public void MutatedArchivesOfNumpyAreReadOrRefused() => Run("npz", (ref random) =>
    {
        if (random.NextInt32(2) == 0)
        {
            return (Fuzz.Mutated(ForeignBytes.Npz(_own), ref random), []);
        }

        var changed = random.NextInt32(_own.Length);
        List<(string, byte[])> entries = [];
        foreach (var (i, array) in _own.Index())
        {
            var content = ForeignBytes.Npy("<f4", array);
            entries.Add(($"{array.Name}.npy", i == changed ? Fuzz.Mutated(content, ref random) : content));
        }

        return (ForeignBytes.Zip(entries), []);
    });

    // Most of the time checksums are made of what is changed, so that the changes reach the parsers behind them.
    [Fact]
    public void MutatedCheckpointsOfTensorFlowAreReadOrRefused() => Run("TensorFlow checkpoints", (ref random) =>
    {
        var (entries, data) = ForeignBytes.TensorFlowEntries(_own);
        var block = ForeignBytes.Block(entries);
        switch (random.NextInt32(4))
        {
            case 0:
                return (Fuzz.Mutated(ForeignBytes.Table(block), ref random), data);
            case 1:
                return (ForeignBytes.Table(block), Fuzz.Mutated(data, ref random));
            case 2:
                return (ForeignBytes.Table(Fuzz.Mutated(block, ref random)), data);
            default:
                var changed = random.NextInt32(entries.Length);
                entries[changed].Value = Fuzz.Mutated(entries[changed].Value, ref random);
                return (ForeignBytes.Table(ForeignBytes.Block(entries)), data);
        }
    });

    private delegate (byte[] File, byte[] Beside) NextFiles(ref SplitMix64 random);

    private void Run(string reader, NextFiles next)
    {
        var most = 0L;
        var (_, refused) = Fuzz.Run<(byte[] File, byte[] Beside), CheckpointException>(
            output,
            reader,
            CaseCount,
            (int _, ref SplitMix64 random) => next(ref random),
            files =>
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                try
                {
                    Import(files.File, files.Beside);
                }
                finally
                {
                    most = Math.Max(most, GC.GetAllocatedBytesForCurrentThread() - before);
                }
            });

        output.WriteLine($"at most {most} bytes for one");
        Assert.True(refused > CaseCount / 4, $"{refused} refused");
        Assert.True(most < MostBytes, $"{most} bytes for one file");
    }

    private static void Import(byte[] file, byte[] beside)
    {
        try
        {
            OptimizerImport.Of(ForeignFile.Of(new("file.index", file), path => new(path, beside)), "dm", []);
        }
        catch (CheckpointException e)
        {
            Assert.DoesNotContain(e.Message, char.IsControl);
            Assert.True(e.Message.Length < 1000, e.Message);
            throw;
        }
    }
}
