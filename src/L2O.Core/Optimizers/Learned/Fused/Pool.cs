namespace L2O.Optimizers.Learned.Fused;

/// <summary>Objects that are lent and given back; as many are made as are ever out at once.</summary>
internal sealed class Pool<T>(Func<T> make)
    where T : class
{
    private readonly Lock _lock = new();
    private readonly Stack<T> _free = [];

    internal T Rent()
    {
        lock (_lock)
        {
            if (_free.TryPop(out var item))
            {
                return item;
            }
        }

        return make();
    }

    internal void Return(T item)
    {
        lock (_lock)
        {
            _free.Push(item);
        }
    }
}
