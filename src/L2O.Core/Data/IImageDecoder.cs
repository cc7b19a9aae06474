namespace L2O.Data;

/// <summary>What an image file says of itself before its pixels.</summary>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
/// <param name="IsGrey">Whether it has no colours.</param>
public readonly record struct ImageHeader(int Width, int Height, bool IsGrey);

/// <summary>Reads image files, on any thread; a library does, because there are many formats.</summary>
public interface IImageDecoder
{
    /// <summary>Reads a header alone; null where the file is no image of a format that is known.</summary>
    /// <param name="file">Seekable, at its beginning; left open.</param>
    ImageHeader? ReadHeader(Stream file);

    /// <summary>Reads pixels; false where the file ends before them or is damaged.</summary>
    /// <param name="file">Seekable, at its beginning; left open.</param>
    /// <param name="pixels">
    /// Receives a byte for each pixel of a grey image, or as many values of red, then of green, then of blue, row by row;
    /// its length says which.
    /// </param>
    bool TryReadPixels(Stream file, Span<byte> pixels);
}
