using static TorchSharp.torch;

namespace L2O.Runtime;

/// <summary>
/// A loop that carries tensors from pass to pass: a <see cref="NumericWork"/> whose passes begin with a safe point and end
/// by freeing what later ones do not need.
/// </summary>
internal sealed class TensorLoop : IDisposable
{
    private readonly NumericWork _work = NumericWork.Begin();
    private Tensor[] _carried = [];

    /// <summary>Frees all tensors made so far but those carried on.</summary>
    /// <param name="carried">Made in this loop: it owns them.</param>
    public void FreeAllBut(IEnumerable<Tensor> carried) => _work.Scope.DisposeEverythingBut(carried);

    /// <summary>
    /// Frees what was carried up to here and is not carried on. Everything else stays, for a tape or a graph that needs it.
    /// </summary>
    /// <param name="carried">Those that were made outside the loop are never freed.</param>
    public void FreeReplaced(IEnumerable<Tensor> carried)
    {
        Tensor[] next = [.. carried.Where(_work.Scope.Contains)];
        Free(_carried, except: next);
        _carried = next;
    }

    /// <summary>Frees tensors but those that are among others.</summary>
    internal static void Free(IEnumerable<Tensor> tensors, IReadOnlyList<Tensor> except)
    {
        foreach (var tensor in tensors.Where(tensor => !except.Any(other => ReferenceEquals(other, tensor))))
        {
            tensor.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _work.Dispose();
}
