using static TorchSharp.torch;

namespace L2O.Tensors;

/// <summary>A number, or a few, still on their device: looking at them waits for it, once.</summary>
/// <typeparam name="T">What is made of the numbers.</typeparam>
public sealed class Pending<T> : IPending
{
    private readonly IReadOnlyList<Tensor> _scalars;
    private readonly Func<ReadOnlyMemory<double>, T> _of;
    private T? _value;
    private bool _isRead;

    internal Pending(IReadOnlyList<Tensor> scalars, Func<ReadOnlyMemory<double>, T> of) => (_scalars, _of) = (scalars, of);

    /// <summary>What is made of them; read where that is not done yet, which the scope that owns them has to outlive.</summary>
    public T Value
    {
        get
        {
            if (!_isRead)
            {
                Pending.ReadTogether(this);
            }

            return _value!;
        }
    }

    IReadOnlyList<Tensor> IPending.Scalars => _scalars;

    bool IPending.IsRead => _isRead;

    void IPending.Take(ReadOnlyMemory<double> numbers) => (_value, _isRead) = (_of(numbers), true);

    /// <summary>Something else made of the same numbers.</summary>
    internal Pending<TNext> Select<TNext>(Func<T, TNext> next) => new(_scalars, numbers => next(_of(numbers)));

    /// <summary>The same, owned by the scope around the present one.</summary>
    internal Pending<T> MoveToOuterDisposeScope() =>
        new([.. _scalars.Select(scalar => scalar.MoveToOuterDisposeScope())], _of);
}

/// <summary>Any <see cref="Pending{T}"/>.</summary>
internal interface IPending
{
    /// <summary>What is to be read.</summary>
    IReadOnlyList<Tensor> Scalars { get; }

    /// <summary>Whether that is done.</summary>
    bool IsRead { get; }

    /// <summary>Receives the numbers of the scalars.</summary>
    void Take(ReadOnlyMemory<double> numbers);
}

/// <summary>Numbers on a device, made and read.</summary>
internal static class Pending
{
    /// <summary>The number of a tensor.</summary>
    internal static Pending<double> Of(Tensor scalar) => new([scalar.detach()], numbers => numbers.Span[0]);

    /// <summary>A number that is known.</summary>
    internal static Pending<T> Known<T>(T value) => new([], _ => value);

    /// <summary>Several, one after the other.</summary>
    internal static Pending<IReadOnlyList<T>> All<T>(IReadOnlyList<Pending<T>> parts) => new(
        [.. parts.SelectMany(part => ((IPending)part).Scalars)],
        numbers =>
        {
            Deal(parts, numbers);
            return [.. parts.Select(part => part.Value)];
        });

    /// <summary>Reads what is not read yet in one transfer.</summary>
    internal static void ReadTogether(params IReadOnlyList<IPending> all)
    {
        IPending[] unread = [.. all.Where(pending => !pending.IsRead)];
        Deal(unread, ScalarTensor.Values([.. unread.SelectMany(pending => pending.Scalars)]));
    }

    private static void Deal(IEnumerable<IPending> parts, ReadOnlyMemory<double> numbers)
    {
        foreach (var part in parts)
        {
            part.Take(numbers[..part.Scalars.Count]);
            numbers = numbers[part.Scalars.Count..];
        }
    }
}
