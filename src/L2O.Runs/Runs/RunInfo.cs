using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using L2O.Errors;

namespace L2O.Runs;

/// <summary>What run.json holds: where the results beside it come from, and how the run stands.</summary>
public sealed record RunInfo
{
    /// <summary>The file's name in a run directory.</summary>
    public const string FileName = "run.json";

    private const long LargestFile = 1 << 20;

    private static readonly JsonSerializerOptions _json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        WriteIndented = true,
        NewLine = "\n",
    };

    /// <summary>The command: train, evaluate or analyze.</summary>
    public required string Kind { get; init; }

    /// <summary>The config's name.</summary>
    public required string Name { get; init; }

    /// <summary>How it stands.</summary>
    public required RunStatus Status { get; init; }

    /// <summary>Why it failed or diverged.</summary>
    public string? Error { get; init; }

    /// <summary>When the run was created.</summary>
    public required DateTimeOffset Start { get; init; }

    /// <summary>When it ended; null while it runs.</summary>
    public DateTimeOffset? End { get; init; }

    /// <summary>Where all random numbers come from.</summary>
    public required long Seed { get; init; }

    /// <summary>The device that is used.</summary>
    public required string Device { get; init; }

    /// <summary>Threads of libtorch.</summary>
    public required int ThreadCount { get; init; }

    /// <summary>SHA-256 of the effective config.</summary>
    public required string ConfigSha256 { get; init; }

    /// <summary>SHA-256 of the effective config with that of each checkpoint in place of its path.</summary>
    public string? ContentSha256 { get; init; }

    /// <summary>SHA-256 of shorter configs that this one extends: under each a part of the run was done.</summary>
    public IReadOnlyList<string> Extends { get; init; } = [];

    /// <summary>SHA-256 of each file of the data sets, by its name.</summary>
    public required SortedDictionary<string, string> Data { get; init; }

    /// <summary>SHA-256 of each checkpoint that was read, by its path.</summary>
    public SortedDictionary<string, string> Checkpoints { get; init; } = [];

    /// <summary>The plug-ins that were loaded, by name.</summary>
    public SortedDictionary<string, RunPlugin> Plugins { get; init; } = [];

    /// <summary>Versions of the program and of what it stands on.</summary>
    public required SortedDictionary<string, string> Versions { get; init; }

    /// <summary>The commit that the program was built from; null where it was built outside of git.</summary>
    public string? GitCommit { get; init; }

    /// <summary>The machine.</summary>
    public required string Host { get; init; }

    /// <summary>Its processor, with the width of the vectors used: another one may round otherwise.</summary>
    public string? Processor { get; init; }

    /// <summary>The process that works on the run, or was the last to.</summary>
    public required int ProcessId { get; init; }

    /// <summary>What run.json says in a run directory.</summary>
    /// <exception cref="ConfigException">There is none.</exception>
    /// <exception cref="CheckpointException">It is damaged.</exception>
    public static RunInfo Read(string runDirectory)
    {
        var file = new FileInfo(Path.Combine(runDirectory, FileName));
        if (!file.Exists)
        {
            throw new ConfigException($"{runDirectory}: holds no run; choose a directory with a {FileName}");
        }

        try
        {
            return file.Length <= LargestFile && JsonSerializer.Deserialize<RunInfo>(File.ReadAllText(file.FullName), _json) is { } info
                ? info
                : throw new JsonException($"{file.Length} bytes that are no run");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException || StorageException.IsFileSystem(e))
        {
            throw new CheckpointException($"{file}: does not describe a run ({e.Message.TrimEnd('.')}); start a new one", e);
        }
    }

    /// <summary>SHA-256 of a text, in hexadecimal.</summary>
    public static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>A run that begins now, in this process.</summary>
    internal static RunInfo Starting(RunDescription run, DateTimeOffset now) => new()
    {
        Kind = run.Kind,
        Name = run.Name,
        Status = RunStatus.Running,
        Start = now,
        Seed = run.Seed,
        Device = run.Device,
        ThreadCount = run.ThreadCount,
        ConfigSha256 = Sha256(run.Config),
        ContentSha256 = Sha256(run.ConfigByContent),
        Data = new(run.Data.ToDictionary(), StringComparer.Ordinal),
        Checkpoints = new(run.Checkpoints.ToDictionary(), StringComparer.Ordinal),
        Plugins = new(run.Plugins.ToDictionary(), StringComparer.Ordinal),
        Versions = RunVersions.Current(),
        GitCommit = RunVersions.GitCommit,
        Host = Environment.MachineName,
        Processor = ProcessorName.Current,
        ProcessId = Environment.ProcessId,
    };

    /// <summary>What could make numbers differ from those of this run: all but the machine, its system and .NET.</summary>
    internal IEnumerable<string> DifferencesTo(RunInfo now) => Differences(
    [
        ("command", Kind, now.Kind),
        ("config's SHA-256, with files by their content,", ContentSha256, now.ContentSha256),
        ("device", Device, now.Device),
        ("threads", $"{ThreadCount}", $"{now.ThreadCount}"),
        ("git commit", GitCommit, now.GitCommit),
        .. Pairs("data", Data, now.Data),
        .. Pairs("checkpoint", Checkpoints, now.Checkpoints).Where(fact => fact is { Then: not null, Now: not null }),
        .. Pairs("plug-in", Plugins, now.Plugins),
        .. Pairs("version of", Versions, now.Versions).Where(fact => fact.What is not ("version of os" or "version of dotnet")),
    ]);

    /// <summary>Those of them that are plug-ins.</summary>
    internal IEnumerable<string> DifferencesTo(IReadOnlyDictionary<string, RunPlugin> now) => Differences(Pairs("plug-in", Plugins, now));

    /// <summary>That the processor is another one, in words that follow the run's directory; null where it is not.</summary>
    internal string? ProcessorChange(RunInfo now) => Processor is null || Processor == now.Processor
        ? null
        : $"was made on {Processor}, and this is {now.Processor}: the same bits come again on like processors alone";

    /// <summary>The run as it goes on: since its start, and with what was done under configs that this one extends.</summary>
    internal RunInfo GoneOnWith(RunInfo now, bool isExtended) => now with
    {
        Start = Start,
        Extends = (now.ConfigSha256 == ConfigSha256, isExtended) switch
        {
            (true, _) => Extends,
            (_, true) => [.. Extends, ConfigSha256],
            _ => [],
        },
    };

    /// <summary>Whether something that was saved under a config belongs to this run.</summary>
    internal bool IsOfConfig(string? sha256) => sha256 is not null && (sha256 == ConfigSha256 || Extends.Contains(sha256));

    internal byte[] ToJson() => [.. JsonSerializer.SerializeToUtf8Bytes(this, _json), (byte)'\n'];

    private static IEnumerable<string> Differences(IEnumerable<(string What, string? Then, string? Now)> facts) => facts
        .Where(fact => fact.Then != fact.Now)
        .Select(fact => $"{fact.What} was {fact.Then ?? "absent"}, is {fact.Now ?? "absent"}");

    private static IEnumerable<(string What, string? Then, string? Now)> Pairs<T>(
        string what, IReadOnlyDictionary<string, T> then, IReadOnlyDictionary<string, T> now)
        where T : class =>
        then.Keys.Union(now.Keys).Select(
            key => ($"{what} {key}", then.GetValueOrDefault(key)?.ToString(), now.GetValueOrDefault(key)?.ToString()));
}
