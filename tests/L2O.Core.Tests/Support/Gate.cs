using L2O.Runtime;

namespace L2O.Tests.Support;

/// <summary>Whether finalizers wait for safe points.</summary>
internal static class Gate
{
    internal static bool IsClosed() => FinalizerGate.IsClosed;
}
