namespace L2O.Data.Own;

/// <summary>Makes images of any size alike: the middle square of each, averaged to fewer pixels, area by area.</summary>
internal static class MiddleSquare
{
    /// <param name="image">Channel by channel, row by row.</param>
    /// <param name="height">Of the image.</param>
    /// <param name="width">Of the image.</param>
    /// <param name="into">Receives each channel, row by row.</param>
    /// <param name="size">Height and width there; at most those of the image.</param>
    internal static void Average(ReadOnlySpan<byte> image, int height, int width, Span<byte> into, int size)
    {
        var side = Math.Min(height, width);
        var start = ((height - side) / 2 * width) + ((width - side) / 2);
        var weights = ImageForm.Means(side, size);
        var rows = new float[side * size];
        for (; image.Length > 0; image = image[(height * width)..], into = into[(size * size)..])
        {
            for (var row = 0; row < side; row++)
            {
                for (var x = 0; x < size; x++)
                {
                    var line = image[(start + (row * width))..];
                    var sum = 0f;
                    for (var i = First(x, side, size); i < End(x, side, size); i++)
                    {
                        sum += weights[x, i] * line[i];
                    }

                    rows[(row * size) + x] = sum;
                }
            }

            for (var y = 0; y < size; y++)
            {
                for (var x = 0; x < size; x++)
                {
                    var sum = 0.5f;
                    for (var i = First(y, side, size); i < End(y, side, size); i++)
                    {
                        sum += weights[y, i] * rows[(i * size) + x];
                    }

                    into[(y * size) + x] = (byte)sum;
                }
            }
        }
    }

    // The pixels that a mean is over.
    private static int First(int i, int side, int size) => (int)((long)i * side / size);

    private static int End(int i, int side, int size) => (int)((((i + 1L) * side) + size - 1) / size);
}
