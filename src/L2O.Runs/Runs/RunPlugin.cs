namespace L2O.Runs;

/// <summary>The code of a plug-in, wherever its file lies.</summary>
/// <param name="Version">As its assembly says.</param>
/// <param name="Sha256">Of its assembly.</param>
public sealed record RunPlugin(string Version, string Sha256)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Version} with SHA-256 {Sha256}";
}
