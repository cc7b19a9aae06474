namespace L2O.Runs;

/// <summary>How a run stands.</summary>
public enum RunStatus
{
    /// <summary>At work, or killed before it could say otherwise.</summary>
    Running,

    /// <summary>Done.</summary>
    Completed,

    /// <summary>Stopped by a signal; can be resumed.</summary>
    Interrupted,

    /// <summary>Ended by an error.</summary>
    Failed,

    /// <summary>Ended by its divergence policy.</summary>
    Diverged,
}

/// <summary>What a run is asked to do, as the command that starts or resumes it knows it.</summary>
public sealed record RunDescription
{
    /// <summary>The command: train, evaluate or analyze.</summary>
    public required string Kind { get; init; }

    /// <summary>The config's name.</summary>
    public required string Name { get; init; }

    /// <summary>Where all random numbers come from.</summary>
    public required long Seed { get; init; }

    /// <summary>The device that is used, never `auto`.</summary>
    public required string Device { get; init; }

    /// <summary>Threads of libtorch; results are the same to the bit only for the same number.</summary>
    public required int ThreadCount { get; init; }

    /// <summary>The effective config, as YAML.</summary>
    public required string Config { get; init; }

    /// <summary>The effective config with the SHA-256 of each checkpoint in place of its path.</summary>
    public string ConfigByContent
    {
        get => field ?? Config;
        init;
    }

    /// <summary>SHA-256 of each file of the data sets, by its name.</summary>
    public IReadOnlyDictionary<string, string> Data { get; init; } = new Dictionary<string, string>();

    /// <summary>SHA-256 of each checkpoint, by its path.</summary>
    public IReadOnlyDictionary<string, string> Checkpoints { get; init; } = new Dictionary<string, string>();

    /// <summary>The plug-ins that were loaded, by name.</summary>
    public IReadOnlyDictionary<string, RunPlugin> Plugins { get; init; } = new Dictionary<string, RunPlugin>();
}
