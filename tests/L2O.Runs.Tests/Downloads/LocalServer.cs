using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace L2O.Tests.Downloads;

/// <summary>Writes an answer, headers and all, then the connection is closed.</summary>
internal delegate Task Answer(Stream stream, CancellationToken stop);

/// <summary>An HTTP server on this machine that behaves as badly as a test wants.</summary>
internal sealed class LocalServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, port: 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    internal LocalServer(Answer answer)
    {
        _listener.Start();
        Address = $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/";
        _serving = Task.Run(() => Serve(answer));
    }

    internal string Address { get; }

    /// <summary>The path of each request, in order.</summary>
    internal ConcurrentQueue<string> Requests { get; } = [];

    internal static Answer Status(string status) => (stream, _) => Write(stream, status, [], length: 0);

    internal static Answer Content(byte[] content) => (stream, _) => Write(stream, "200 OK", content, content.Length);

    /// <summary>Less than is promised.</summary>
    internal static Answer Broken(byte[] content, int count) =>
        (stream, _) => Write(stream, "200 OK", content[..count], content.Length);

    /// <summary>A beginning, then silence.</summary>
    internal static Answer Hanging(byte[] content, int count) => async (stream, stop) =>
    {
        await Write(stream, "200 OK", content[..count], content.Length);
        await Task.Delay(Timeout.Infinite, stop);
    };

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Stop();
        _serving.Wait();
        _listener.Dispose();
        _stop.Dispose();
    }

    private static async Task Write(Stream stream, string status, byte[] content, int length)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"));
        await stream.WriteAsync(content);
        await stream.FlushAsync();
    }

    private async Task Serve(Answer answer)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                await using var stream = client.GetStream();
                Requests.Enqueue(await ReadPath(stream));
                await answer(stream, _stop.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or SocketException)
            {
                // The client went away or the test ended; neither is what tests of the client look at.
            }
        }
    }

    private static async Task<string> ReadPath(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        var path = (await reader.ReadLineAsync() ?? "").Split(' ')[1];
        while (await reader.ReadLineAsync() is { Length: > 0 })
        {
        }

        return path;
    }
}
