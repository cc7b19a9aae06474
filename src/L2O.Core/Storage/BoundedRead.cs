namespace L2O.Storage;

/// <summary>Reads as many bytes as a header announces, without trusting the header.</summary>
internal static class BoundedRead
{
    private const int FirstBlock = 1 << 16;

    /// <summary>The next bytes of a stream; fewer than asked for if it ends, or has a fault: then that is told too.</summary>
    /// <param name="stream">Where they come from.</param>
    /// <param name="count">How many.</param>
    /// <param name="plausible">As many as there may be, judging by the file's size: memory for these is had at once.</param>
    public static (byte[] Bytes, InvalidDataException? Fault) AtMost(Stream stream, int count, long plausible = FirstBlock)
    {
        // Grown as bytes arrive, so that a short file with a large announced size costs little.
        var bytes = GC.AllocateUninitializedArray<byte>((int)Math.Min(count, Math.Max(plausible, FirstBlock)));
        var filled = 0;
        while (filled < count)
        {
            if (filled == bytes.Length)
            {
                Array.Resize(ref bytes, (int)Math.Min(count, 2L * bytes.Length));
            }

            var (read, fault) = Next(stream, bytes.AsSpan(filled));
            if (read == 0)
            {
                Array.Resize(ref bytes, filled);
                return (bytes, fault);
            }

            filled += read;
        }

        return (bytes, Fault: null);
    }

    private static (int Count, InvalidDataException? Fault) Next(Stream stream, Span<byte> into)
    {
        try
        {
            return (stream.Read(into), Fault: null);
        }
        catch (InvalidDataException e)
        {
            return (0, e);
        }
    }
}
