using TorchSharp;
using static TorchSharp.torch;

namespace L2O.Runtime;

/// <summary>
/// A piece of numeric work on this thread: a dispose scope during which finalizers run at safe points alone (see
/// <see cref="FinalizerGate"/>). The library begins one wherever it computes; a program that calls TorchSharp itself, while
/// other threads compute or allocate, should too. Pieces nest, and each begins with a safe point.
/// </summary>
/// <remarks>
/// Threads wait for each other at safe points. Inside a piece, wait for another thread that computes only through
/// <see cref="Workers"/>, which takes this into account.
/// </remarks>
public sealed class NumericWork : IDisposable
{
    private readonly IDisposable _stay = FinalizerGate.Enter();

    private NumericWork()
    {
    }

    /// <summary>Begins a piece, which lasts until the result is disposed, on the same thread.</summary>
    public static NumericWork Begin() => new();

    /// <summary>Owns the tensors that are made in the piece.</summary>
    public DisposeScope Scope { get; } = NewDisposeScope();

    /// <summary>
    /// Says that this thread has no tensor operation half done: lets finalizers run if that is due. Long work needs one every
    /// now and then.
    /// </summary>
    public static void SafePoint() => FinalizerGate.Pass();

    /// <inheritdoc/>
    public void Dispose()
    {
        Scope.Dispose();
        _stay.Dispose();
    }
}
