using L2O.Errors;
using L2O.Images;
using L2O.Randomness;
using L2O.Tests.Support;
using SkiaSharp;
using Xunit;

namespace L2O.Tests.Images;

public sealed class SkiaDecoderTests(ITestOutputHelper output)
{
    private const int CaseCount = 2_000;

    private readonly SkiaDecoder _decoder = new();

    [Theory]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    [InlineData(SKEncodedImageFormat.Webp)]
    public void MutatedImagesAreReadOrRefused(SKEncodedImageFormat format)
    {
        using SKBitmap bitmap = new(16, 16, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        new Random(1).NextBytes(bitmap.GetPixelSpan());
        using var encoded = bitmap.Encode(format, 90);
        var valid = encoded.ToArray();

        var (read, refused) = Fuzz.Run<byte[], DatasetException>(
            output, $"{format} images", CaseCount, (int _, ref SplitMix64 random) => Fuzz.Mutated(valid, ref random), Read);

        // PNG has checksums, which few changes pass.
        Assert.True(read > 0 && refused > CaseCount / 4, $"{(read, refused)}");
    }

    private void Read(byte[] file)
    {
        const int largest = 1 << 20;
        if (_decoder.ReadHeader(new MemoryStream(file)) is not { } header || (long)header.Width * header.Height > largest
            || !_decoder.TryReadPixels(new MemoryStream(file), new byte[(header.IsGrey ? 1 : 3) * header.Width * header.Height]))
        {
            throw new DatasetException("refused");
        }
    }
}
