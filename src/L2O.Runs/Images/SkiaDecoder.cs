using L2O.Data;
using SkiaSharp;

namespace L2O.Images;

/// <summary>Reads the formats that Skia knows: PNG, JPEG, BMP, GIF and WebP, of which the first picture counts.</summary>
public sealed class SkiaDecoder : IImageDecoder
{
    /// <inheritdoc/>
    public ImageHeader? ReadHeader(Stream file)
    {
        using var codec = SKCodec.Create(file);
        return codec is null ? null : new(codec.Info.Width, codec.Info.Height, codec.Info.ColorType == SKColorType.Gray8);
    }

    /// <inheritdoc/>
    public bool TryReadPixels(Stream file, Span<byte> pixels)
    {
        using var codec = SKCodec.Create(file);
        if (codec is null)
        {
            return false;
        }

        var count = codec.Info.Width * codec.Info.Height;
        var isGrey = pixels.Length == count;

        // Colours that shine through are kept as they are stored, and converted to no other colour space.
        SKImageInfo form = new(
            codec.Info.Width, codec.Info.Height, isGrey ? SKColorType.Gray8 : SKColorType.Rgba8888, isGrey ? SKAlphaType.Opaque : SKAlphaType.Unpremul);
        var decoded = codec.GetPixels(form, out var bytes) == SKCodecResult.Success;
        for (var i = 0; decoded && i < pixels.Length; i++)
        {
            pixels[i] = isGrey ? bytes[i] : bytes[(4 * (i % count)) + (i / count)];
        }

        return decoded;
    }
}
