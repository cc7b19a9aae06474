namespace L2O.Errors;

/// <summary>Something the user can put right. The message says what is wrong, where, and what to do.</summary>
public abstract class L2OException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>What the program returns to the shell.</summary>
    public abstract int ExitCode { get; }
}

/// <summary>A config or a command line that cannot be used.</summary>
public sealed class ConfigException(string message, Exception? cause = null) : L2OException(message, cause)
{
    /// <inheritdoc/>
    public override int ExitCode => 2;
}

/// <summary>A data set that is missing or damaged.</summary>
public sealed class DatasetException(string message, Exception? cause = null) : L2OException(message, cause)
{
    /// <inheritdoc/>
    public override int ExitCode => 3;
}

/// <summary>A checkpoint that is missing, damaged or of another optimizer.</summary>
public sealed class CheckpointException(string message, Exception? cause = null) : L2OException(message, cause)
{
    /// <inheritdoc/>
    public override int ExitCode => 3;
}

/// <summary>Numbers left the range in which going on makes sense.</summary>
public sealed class DivergedException(string message, Exception? cause = null) : L2OException(message, cause)
{
    /// <inheritdoc/>
    public override int ExitCode => 4;
}
