using System.IO.Compression;
using System.Text;
using L2O.Errors;
using L2O.Storage;
using L2O.Tests.Support;
using Xunit;

namespace L2O.Tests.Storage;

public sealed class FileFormatTests
{
    public static TheoryData<byte[], string> Files => new()
    {
        { [0x80, 3, .. "}q\0X"u8, 4, 0, 0, 0, .. "stepq"u8], "a Python pickle, as torch.save and pickle.dump write" },
        { [0x80, 2, 0x8A, 0x0A, .. "l\u00fc\u009cF"u8], "a Python pickle, as torch.save and pickle.dump write" },
        { Zip(), "a zip archive, as torch.save and numpy.savez write" },
        { DataFiles.Gzip([1, 2, 3]), "gzip data" },
        { [0x89, .. "HDF\r\n"u8, 0x1A, 0x0A, 0, 0], "HDF5, as Keras writes" },
        { [0x08, 0x08, 0x12, 0x07, .. "pytorch"u8], "an ONNX model" },
        { [0x93, .. "NUMPY"u8, 1, 0], "a NumPy array" },
        { [.. "version https://git-lfs.github.com/spec/v1\noid sha256:0"u8], "a pointer of Git LFS in place of the file" },
        { [.. "<!DOCTYPE html>"u8], "a web page" },
        { [.. "name: dm\nseed: 1\n"u8], "text" },
        { [.. "abc"u8], "text" },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void WhatIsNoCheckpointIsCalledWhatItIs(byte[] file, string expected)
    {
        var message = Assert.Throws<CheckpointException>(() => Safetensors.Read(new MemoryStream(file), "model.pt")).Message;

        Assert.StartsWith($"model.pt: is {expected}", message, StringComparison.Ordinal);
        Assert.EndsWith(
            ", expected safetensors as l2o train writes them; name a checkpoint of a run, for instance "
            + "RUN/checkpoints/best.safetensors",
            message,
            StringComparison.Ordinal);
    }

    // A header of 60 to 122 bytes begins with what could be a letter.
    [Fact]
    public void AFileThatBeginsWithAHeaderIsNoText()
    {
        byte[] file = [(byte)'A', 0, 0, 0, 0, 0, 0, 0, .. Encoding.UTF8.GetBytes("{}".PadRight(totalWidth: 'A'))];

        Assert.Empty(Safetensors.Read(new MemoryStream(file), "memory").Tensors);
    }

    private static byte[] Zip()
    {
        using var file = new MemoryStream();
        using (ZipArchive archive = new(file, ZipArchiveMode.Create))
        {
            using var entry = archive.CreateEntry("archive/data.pkl").Open();
            entry.Write([0x80, 2]);
        }

        return file.ToArray();
    }
}
