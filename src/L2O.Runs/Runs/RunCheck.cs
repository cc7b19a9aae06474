using L2O.Errors;

namespace L2O.Runs;

/// <summary>One thing that was looked at in a run directory.</summary>
/// <param name="IsOk">Whether it is as it must be.</param>
/// <param name="Text">What was found: one line.</param>
public sealed record RunCheck(bool IsOk, string Text)
{
    /// <summary>Looks, and tells what was found or what is wrong.</summary>
    internal static RunCheck Of(Func<string> look)
    {
        try
        {
            return new(IsOk: true, look());
        }
        catch (L2OException e)
        {
            return new(IsOk: false, e.Message);
        }
    }
}
