namespace L2O.Optimizers.Learned.Fused;

/// <summary>Objects that are lent and given back; the caller makes those that the pool lacks.</summary>
internal sealed class Pool<T>
    where T : class
{
    private readonly Lock _lock = new();
    private readonly Stack<T> _free = [];

    /// <summary>The one given back last; null where all are out.</summary>
    internal T? Take()
    {
        lock (_lock)
        {
            return _free.TryPop(out var item) ? item : null;
        }
    }

    internal void Return(T item)
    {
        lock (_lock)
        {
            _free.Push(item);
        }
    }
}
