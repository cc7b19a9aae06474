using System.Text;
using L2O.Errors;

namespace L2O.Configs;

/// <summary>A config as written, and what the command line changes in it.</summary>
/// <param name="Name">The file's path, for messages and for what it extends.</param>
/// <param name="Text">YAML.</param>
/// <param name="Overrides">"key.path=value" each, applied in order.</param>
public sealed record ConfigSource(string Name, string Text, IReadOnlyList<string> Overrides)
{
    private const int MostBytes = 1 << 20;

    /// <summary>Reads a file.</summary>
    /// <exception cref="ConfigException">It is missing, unreadable, too large to be a config, or not UTF-8.</exception>
    public static ConfigSource FromFile(string path, IReadOnlyList<string> overrides)
    {
        if (Directory.Exists(path))
        {
            throw new ConfigException($"{path}: is a directory; name a config file");
        }

        try
        {
            using var stream = File.OpenRead(path);
            var bytes = new byte[MostBytes + 1];
            var count = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (count > MostBytes)
            {
                throw new ConfigException($"{path}: is larger than 1 MB; is it a config?");
            }

            using var text = new StreamReader(new MemoryStream(bytes, 0, count), new UTF8Encoding(false, true));
            return new(path, text.ReadToEnd(), overrides);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or ArgumentException)
        {
            var problem = e is DecoderFallbackException ? "is not UTF-8 text" : "no such file";
            throw new ConfigException($"{path}: {problem}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigException($"{path}: cannot be read: {e.Message}", e);
        }
    }
}
