using L2O.Data;
using L2O.Data.Own;
using L2O.Errors;
using L2O.Images;
using L2O.Tests.Support;
using SkiaSharp;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Images;

public sealed class ImageDataTests : IDisposable
{
    private static readonly SKColor _red = new(200, 10, 30);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // Classes are in the order of letters' codes, in which capitals come first.
    [Fact]
    public void FoldersAreClassesAndColoursChannels()
    {
        Write("train/b/1.png", Image(3, 2, _red));
        Write("train/b/2.PNG", Image(3, 2, _red));
        Write("train/a/1.jpg", Image(3, 2, SKColors.White, SKEncodedImageFormat.Jpeg));
        Write("train/Z/1.webp", Image(3, 2, SKColors.Black, SKEncodedImageFormat.Webp));
        Write("validation/b/1.png", Image(3, 2, _red));
        Write("test/b/1.png", Image(3, 2, _red));
        Write("test/.DS_Store", []);
        Write("labels.csv", []);

        using var data = Load(Data());

        Assert.Equal((3, 4L, 1L, 1L), (data.ClassCount, data[Split.Train].Count, data[Split.Validation].Count, data[Split.Test].Count));
        Assert.Equal([3L, 2L, 3L], data.InputShape);
        Assert.Equal([2L], data[Split.Test].Labels.data<long>().ToArray());
        Assert.Equal(
            [.. Enumerable.Repeat(200 / 255f, 6), .. Enumerable.Repeat(10 / 255f, 6), .. Enumerable.Repeat(30 / 255f, 6)],
            data[Split.Test].Inputs.data<float>().ToArray());
    }

    [Fact]
    public void ClassesMayStandBesideTestAndGreyImagesHaveOneChannel()
    {
        foreach (var i in Enumerable.Range(0, 4))
        {
            Write($"cat/{i}.png", Grey(4, 4, (byte)(10 * i)));
            Write($"dog/{i}.png", Grey(4, 4, 200));
        }

        Write("test/dog/0.png", Grey(4, 4, 77));

        using var data = Load(Data() with { ValidationShare = 0.25 });

        Assert.Equal([1L, 4L, 4L], data.InputShape);
        Assert.Equal((6L, 2L, 1L), (data[Split.Train].Count, data[Split.Validation].Count, data[Split.Test].Count));
        Assert.Equal((1, 77 / 255f), (data[Split.Test].Labels[0].item<long>(), data[Split.Test].Inputs[0, 0, 3, 3].item<float>()));
    }

    // One image that has colours gives all of them three channels.
    [Fact]
    public void WhereOneImageHasColoursAllHaveThreeChannels()
    {
        Two(Grey(4, 4, 50), Image(4, 4, _red));

        using var data = Load(Data());

        Assert.Equal([3L, 4L, 4L], data.InputShape);
        var grey = data[Split.Train].Inputs[data[Split.Train].Labels.eq(0)];
        Assert.Equal(48, grey.eq(50 / 255f).sum().item<long>() / grey.shape[0]);
    }

    // What is transparent keeps the colour that is stored under it.
    [Fact]
    public void OpacityDoesNotCount()
    {
        Two(Image(2, 2, _red.WithAlpha(128)), Image(2, 2, _red));

        using var data = Load(Data());

        Assert.True(data[Split.Train].Inputs.sub(data[Split.Test].Inputs[0]).abs().le(1 / 255f).all().item<bool>());
    }

    [Fact]
    public void ImagesOfAnySizeGetTheSizeThatIsChosen()
    {
        Two(Grey(9, 5, 50), Grey(4, 6, 60));
        AssertRefused("b/0.png: has 4 x 6 pixels, and ", "/a/0.png 9 x 5; give all images one size, or choose one by data.size in the config");

        using var data = Load(Data() with { Size = 4 });

        Assert.Equal([1L, 4L, 4L], data.InputShape);
        Assert.Equal([50, 60], data[Split.Train].Inputs.mul(255).round().to(int64).unique().output.data<long>().ToArray());
        AssertRefused(Data() with { Size = 5 }, "b/0.png: has 4 x 6 pixels, fewer than data.size (5) asks for; choose a size that all images have");
    }

    [Fact]
    public void WhatDoesNotBelongInTheFolderIsTold()
    {
        AssertRefused(": holds 0 folders of images, expected one for each class and two or more; put the images of each class into one");
        Two(Grey(4, 4, 50), Grey(4, 4, 60));
        Write("a/notes.txt", [1]);
        AssertRefused("a/notes.txt: is none of the images that are read (.png, .jpg, .jpeg, .bmp, .gif, .webp); take it out of the folder");
        File.Delete(_folder.File("a/notes.txt"));
        Directory.CreateDirectory(_folder.File("a/more"));
        AssertRefused("a/more: is a folder within that of a class; put its images into ");
        Directory.Delete(_folder.File("a/more"));
        Directory.CreateDirectory(_folder.File("c"));
        AssertRefused("c: holds no image; add images of this class, or take the folder away");
        Directory.Delete(_folder.File("c"));
        Write("test/c/0.png", Grey(4, 4, 50));
        AssertRefused("test/c: is a class without images to train on; add ", "c, or take this away");
        Directory.Delete(_folder.File("test/c"), recursive: true);
        AssertRefused("test: holds no image; add a folder of images for each class, or take this away");
        Write("train/a/0.png", Grey(4, 4, 50));
        AssertRefused("a: is beside ", "train, which holds the classes; move it in there, or away");
    }

    [Fact]
    public void DamagedImagesAreTold()
    {
        Two(Grey(64, 64, 50), Noise(64, 64));
        var whole = File.ReadAllBytes(_folder.File("b/1.png"));

        Write("b/1.png", whole[..^200]);
        AssertRefused("b/1.png: ends before its last pixel, or is damaged before it; write it again, or use another copy of it");
        Write("b/1.png", whole[..20]);
        AssertRefused("b/1.png: is no image that can be read; write it again, or use another copy of it");
        Write("b/1.png", "no image"u8.ToArray());
        AssertRefused("b/1.png: is no image that can be read");
        whole[^100] ^= 1;
        Write("b/1.png", whole);
        AssertRefused("b/1.png: ends before its last pixel, or is damaged before it");
    }

    // A header alone, which announces more than would fit.
    [Fact]
    public void ImagesAboveTheLimitAreRefusedUnread()
    {
        Two(Grey(4, 4, 50), Bitmap(40_000, 30_000));
        AssertRefused("b/0.png: has 40000 x 30000 pixels, and at most 67108864 are read; make it smaller");

        Two(Bitmap(8000, 8000), Bitmap(8000, 8000));
        AssertRefused(": its 8 images come to 1536000000 bytes, and at most 1073741824 are read; keep fewer, or choose a smaller data.size");
    }

    [Fact]
    public void TheChecksumIsOneOfAllImages()
    {
        Two(Grey(4, 4, 50), Grey(4, 4, 60));

        var first = Assert.Single(Data().Checksums(new("")));
        File.Move(_folder.File("b/3.png"), _folder.File("b/4.png"));

        Assert.Equal("images", first.Key);
        Assert.NotEqual(first.Value, Data().Checksums(new(""))["images"]);
    }

    private ImageData Data() => new() { Path = _folder.Root };

    private static Dataset Load(ImageData data) => data.Load(new(""), new(CPU, float32), new SkiaDecoder());

    private void AssertRefused(params string[] expected) => AssertRefused(Data(), expected);

    private void AssertRefused(ImageData data, params string[] expected)
    {
        var message = Assert.Throws<DatasetException>(() => Load(data)).Message;
        Assert.StartsWith(_folder.Root, message, StringComparison.Ordinal);
        Assert.All(expected, part => Assert.Contains(part, message, StringComparison.Ordinal));
    }

    private void Write(string name, byte[] content) => _folder.Write(name, content);

    // Four images of each of two classes; what a file is, its bytes say.
    private void Two(byte[] a, byte[] b)
    {
        foreach (var i in Enumerable.Range(0, 4))
        {
            Write($"a/{i}.png", a);
            Write($"b/{i}.png", b);
        }
    }

    private static byte[] Image(int width, int height, SKColor colour, SKEncodedImageFormat format = SKEncodedImageFormat.Png)
    {
        using SKBitmap bitmap = new(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        bitmap.Erase(colour);
        return Encoded(bitmap, format);
    }

    private static byte[] Grey(int width, int height, byte shade)
    {
        using SKBitmap bitmap = new(width, height, SKColorType.Gray8, SKAlphaType.Opaque);
        bitmap.GetPixelSpan().Fill(shade);
        return Encoded(bitmap, SKEncodedImageFormat.Png);
    }

    private static byte[] Noise(int width, int height)
    {
        using SKBitmap bitmap = new(width, height, SKColorType.Gray8, SKAlphaType.Opaque);
        new Random(1).NextBytes(bitmap.GetPixelSpan());
        return Encoded(bitmap, SKEncodedImageFormat.Png);
    }

    private static byte[] Encoded(SKBitmap bitmap, SKEncodedImageFormat format)
    {
        using var data = bitmap.Encode(format, 100);
        return data.ToArray();
    }

    // The two headers of a bitmap of 24 bits, without pixels.
    private static byte[] Bitmap(int width, int height) =>
    [
        .. "BM"u8, .. BitConverter.GetBytes(54), 0, 0, 0, 0, .. BitConverter.GetBytes(54), .. BitConverter.GetBytes(40),
        .. BitConverter.GetBytes(width), .. BitConverter.GetBytes(height), 1, 0, 24, 0, .. new byte[24],
    ];
}
