using System.Text;

namespace L2O.Cli.Output;

/// <summary>Writes where it can. What cannot be written is dropped, and the first reason is kept: nothing is thrown.</summary>
/// <param name="inner">Null where there is nothing to write to.</param>
internal sealed class SafeWriter(TextWriter? inner) : TextWriter
{
    private Action<Exception>? _onFailure;

    /// <inheritdoc/>
    public override Encoding Encoding => inner?.Encoding ?? Encoding.UTF8;

    /// <summary>Why something could not be written; null as long as all could.</summary>
    internal Exception? Failure { get; private set; }

    /// <inheritdoc/>
    public override void Write(char value) => Try(writer => writer.Write(value));

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => Try(writer => writer.Write(buffer, index, count));

    /// <inheritdoc/>
    public override void Write(string? value) => Try(writer => writer.Write(value));

    /// <inheritdoc/>
    public override void WriteLine(string? value) => Try(writer => writer.WriteLine(value));

    /// <inheritdoc/>
    public override void Flush() => Try(writer => writer.Flush());

    /// <summary>Has the first failure told once, at once where it is past.</summary>
    internal void OnFailure(Action<Exception> tell)
    {
        _onFailure = tell;
        if (Failure is { } failure)
        {
            tell(failure);
        }
    }

    private void Try(Action<TextWriter> write)
    {
        try
        {
            write(inner ?? throw new IOException("It is closed"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            if (Failure is null)
            {
                Failure = e;
                _onFailure?.Invoke(e);
            }
        }
    }
}
