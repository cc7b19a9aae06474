using static TorchSharp.torch;

namespace L2O.Tensors;

/// <summary>One tensor among the parameters.</summary>
/// <param name="Name">Unique among its layout, with '/' between levels.</param>
/// <param name="Shape">Its dimensions; empty for a scalar.</param>
public sealed record ParameterShape(string Name, params long[] Shape)
{
    /// <summary>How many scalars it holds.</summary>
    public long Count { get; } = Shape.Aggregate(1L, (product, size) => product * size);
}

/// <summary>Where each named tensor lies in one flat parameter vector.</summary>
public sealed class ParameterLayout
{
    private readonly long[] _counts;

    /// <summary>Lays the tensors one behind the other, each in row-major order.</summary>
    /// <exception cref="ArgumentException">Two tensors share a name, or a size is negative.</exception>
    public ParameterLayout(IEnumerable<ParameterShape> shapes)
    {
        Shapes = [.. shapes];
        if (Shapes.Select(shape => shape.Name).Distinct().Count() < Shapes.Count)
        {
            throw new ArgumentException("two parameters share a name", nameof(shapes));
        }

        if (Shapes.Any(shape => shape.Shape.Any(size => size < 0)))
        {
            throw new ArgumentException("a parameter has a negative size", nameof(shapes));
        }

        _counts = [.. Shapes.Select(shape => shape.Count)];
        Count = _counts.Sum();
    }

    /// <summary>The tensors in order.</summary>
    public IReadOnlyList<ParameterShape> Shapes { get; }

    /// <summary>Scalars in all, N.</summary>
    public long Count { get; }

    /// <summary>Shaped views of a flat vector, in order; differentiable, with one concatenation as its backward.</summary>
    /// <param name="flat">[N].</param>
    public Tensor[] Split(Tensor flat)
    {
        if (Shapes.Count == 1)
        {
            return [flat.view(Shapes[0].Shape)];
        }

        var parts = flat.split(_counts);
        var views = new Tensor[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            views[i] = parts[i].view(Shapes[i].Shape);
            parts[i].Dispose();
        }

        return views;
    }

    /// <summary>One flat vector from one tensor per parameter; the inverse of <see cref="Split"/>.</summary>
    /// <param name="parts">In order, each of its parameter's shape.</param>
    /// <exception cref="ArgumentException">A part is missing or has another shape.</exception>
    public Tensor Join(IReadOnlyList<Tensor> parts)
    {
        if (parts.Count != Shapes.Count)
        {
            throw new ArgumentException($"{parts.Count} tensors for {Shapes.Count} parameters", nameof(parts));
        }

        for (var i = 0; i < parts.Count; i++)
        {
            if (!parts[i].shape.AsSpan().SequenceEqual(Shapes[i].Shape))
            {
                throw new ArgumentException(
                    $"{Shapes[i].Name} is [{string.Join(", ", parts[i].shape)}], "
                    + $"expected [{string.Join(", ", Shapes[i].Shape)}]",
                    nameof(parts));
            }
        }

        using var scope = NewDisposeScope();
        return cat([.. parts.Select(part => part.reshape(-1))]).MoveToOuterDisposeScope();
    }
}
