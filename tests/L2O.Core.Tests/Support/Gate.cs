using L2O.Runtime;

namespace L2O.Tests.Support;

/// <summary>Whether finalizers wait for safe points.</summary>
internal static class Gate
{
    internal static bool IsClosed()
    {
        try
        {
            FinalizerGate.Close().Dispose();
            return false;
        }
        catch (InvalidOperationException)
        {
            return true;
        }
    }
}
