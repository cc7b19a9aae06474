namespace L2O.Downloads;

/// <summary>How far a download has come.</summary>
/// <param name="File">Its name.</param>
/// <param name="Received">Bytes from the mirror at hand.</param>
/// <param name="Size">Bytes in all.</param>
public sealed record FetchProgress(string File, long Received, long Size);
