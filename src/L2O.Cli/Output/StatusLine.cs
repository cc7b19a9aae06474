using System.Text;

namespace L2O.Cli.Output;

/// <summary>
/// The last line of a terminal, written over again and again. While there is one, what others write to stderr takes its
/// place, broken between words to the width of the terminal, and it comes back below.
/// </summary>
internal sealed class StatusLine : IDisposable
{
    private const string Indentation = "  ";

    private readonly Lock _lock = new();
    private readonly TextWriter _terminal = Console.Error;
    private int _length;
    private int _othersLength;

    internal StatusLine() => Console.SetError(new OthersWriter(this));

    /// <summary>Shows a text in place of the one before.</summary>
    internal void Show(string text)
    {
        lock (_lock)
        {
            if (_othersLength == 0)
            {
                _terminal.Write($"\r{text.PadRight(_length)}");
                _length = text.Length;
            }
        }
    }

    /// <summary>Takes the text away and hands stderr back.</summary>
    public void Dispose()
    {
        Console.SetError(_terminal);
        lock (_lock)
        {
            Clear();
        }
    }

    private void Clear()
    {
        if (_length > 0)
        {
            _terminal.Write($"\r{new string(' ', _length)}\r");
            _length = 0;
        }
    }

    private void WriteOf(ReadOnlySpan<char> others)
    {
        lock (_lock)
        {
            Clear();
            while (!others.IsEmpty)
            {
                var length = WordLength(others);
                WriteWord(others[..length]);
                others = others[length..];
            }
        }
    }

    private void WriteWord(ReadOnlySpan<char> word)
    {
        if (_othersLength > Indentation.Length && _othersLength + word.TrimEnd().Length >= Terminal.ErrorWidth)
        {
            _terminal.Write($"{_terminal.NewLine}{Indentation}");
            _othersLength = Indentation.Length;
        }

        _terminal.Write(word);
        _othersLength = word[^1] == '\n' ? 0 : _othersLength + word.Length;
    }

    // With the blank or the end of the line behind it.
    private static int WordLength(ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAny(' ', '\n');
        return end < 0 ? text.Length : end + 1;
    }

    private sealed class OthersWriter(StatusLine line) : TextWriter
    {
        public override Encoding Encoding => line._terminal.Encoding;

        public override void Write(char value) => line.WriteOf([value]);

        public override void Write(ReadOnlySpan<char> buffer) => line.WriteOf(buffer);

        public override void Write(char[] buffer, int index, int count) => line.WriteOf(buffer.AsSpan(index, count));

        public override void Write(string? value) => line.WriteOf(value);

        public override void WriteLine(string? value) => line.WriteOf(value + NewLine);

        public override void Flush() => line._terminal.Flush();
    }
}
