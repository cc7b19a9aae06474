using System.Buffers.Binary;
using System.IO.Compression;

namespace L2O.Storage;

/// <summary>
/// The content of gzip data (RFC 1952): one member or several, and zeros behind them. Unlike .NET's own stream it throws
/// where the data is cut off, also within the checksum at its end, and where something else follows.
/// </summary>
/// <param name="file">Must be seekable; left open.</param>
internal sealed class GunzipStream(Stream file) : Stream
{
    private const byte Deflate = 8;
    private const int FixedHeaderSize = 10;
    private const int TrailerSize = 8;

    private Blocks _blocks = new(file);
    private DeflateStream? _member;
    private uint _checksum;
    private uint _size;
    private bool _isDone;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Whether a file begins as gzip data does; its position stays.</summary>
    internal static bool IsGzip(Stream file)
    {
        var start = file.Position;
        var isGzip = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
        file.Position = start;
        return isGzip;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The data is cut off, damaged, or followed by something else.</exception>
    public override int Read(Span<byte> buffer)
    {
        while (!_isDone && buffer.Length > 0)
        {
            _member ??= NextMember();
            if (Inflate(_member, buffer) is > 0 and var count)
            {
                _checksum = Crc32.Append(_checksum, buffer[..count]);
                _size += (uint)count;
                return count;
            }

            EndMember();
        }

        return 0;
    }

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _member?.Dispose();
        base.Dispose(disposing);
    }

    private static int Inflate(DeflateStream member, Span<byte> buffer)
    {
        try
        {
            return member.Read(buffer);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException("has damaged gzip data", e);
        }
    }

    private DeflateStream NextMember()
    {
        SkipHeader();
        (_checksum, _size, _blocks) = (0, 0, new(file));
        return new(_blocks, CompressionMode.Decompress, leaveOpen: true);
    }

    private void SkipHeader()
    {
        var header = new byte[FixedHeaderSize];
        if (file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length)
        {
            throw CutOff();
        }

        var flags = header[3];
        if (header[2] != Deflate || (flags & 0b1110_0000) != 0)
        {
            throw new InvalidDataException("has damaged gzip data");
        }

        if ((flags & 4) != 0)
        {
            Skip(NextByte() + (NextByte() << 8));
        }

        SkipText(isThere: (flags & 8) != 0);
        SkipText(isThere: (flags & 16) != 0);
        Skip((flags & 2) != 0 ? 2 : 0);
    }

    private void Skip(int count)
    {
        for (; count > 0; count--)
        {
            _ = NextByte();
        }
    }

    private void SkipText(bool isThere)
    {
        while (isThere && NextByte() != 0)
        {
        }
    }

    private int NextByte() => file.ReadByte() is >= 0 and var value ? value : throw CutOff();

    // .NET does not say how much of the last block it needed. The checksum and the size of the content, which follow the
    // member's data, are known by now: where they stand the data has ended.
    private void EndMember()
    {
        _member?.Dispose();
        _member = null;
        var trailer = new byte[TrailerSize];
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, _checksum);
        BinaryPrimitives.WriteUInt32LittleEndian(trailer.AsSpan(sizeof(uint)), _size);
        file.Position = _blocks.LastStart;
        var last = new byte[_blocks.LastLength + TrailerSize];
        var count = file.ReadAtLeast(last, last.Length, throwOnEndOfStream: false);
        var place = last.AsSpan(0, count).IndexOf(trailer);
        if (place < 0)
        {
            throw count < last.Length ? CutOff() : new InvalidDataException("has gzip data with a wrong checksum");
        }

        file.Position = _blocks.LastStart + place + TrailerSize;
        SkipZeros();
        _isDone = file.Position == file.Length;
    }

    private void SkipZeros()
    {
        var end = file.Position;
        var block = new byte[Blocks.Size];
        while (file.Read(block) is > 0 and var count)
        {
            if (block.AsSpan(0, count).IndexOfAnyExcept((byte)0) is >= 0 and var other)
            {
                file.Position += other - count;
                break;
            }
        }

        if (file.Position < file.Length && !IsGzip(file))
        {
            throw new InvalidDataException(
                $"has something else behind its gzip data, which ends after {end} of {file.Length} bytes");
        }
    }

    private static InvalidDataException CutOff() => new("lacks the end of its gzip data, or has a wrong checksum there");

    /// <summary>Hands out a file in blocks, and tells where the last one lies.</summary>
    private sealed class Blocks(Stream file) : Stream
    {
        internal const int Size = 1 << 12;

        internal long LastStart { get; private set; } = file.Position;

        internal int LastLength { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var start = file.Position;
            var count = file.Read(buffer[..Math.Min(Size, buffer.Length)]);
            if (count > 0)
            {
                (LastStart, LastLength) = (start, count);
            }

            return count;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
