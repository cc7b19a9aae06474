using L2O.Kernels;

namespace L2O.Optimizees.Networks.Fused;

/// <summary>The memory of one layer; that of number 0 holds copies of inputs whose rows are no whole vectors.</summary>
internal sealed unsafe class PerceptronLayer<TElement>(PerceptronSizes sizes, int index)
    where TElement : unmanaged
{
    internal int Index => index;

    internal int Units { get; } = sizes.Units(index);

    internal int Width { get; } = sizes.Width(index);

    internal int InputWidth { get; } = index == 0 ? 0 : sizes.Width(index - 1);

    internal int PaddedUnits { get; } = PerceptronSizes.Padded(sizes.Units(index), PerceptronSizes.Block);

    internal TElement** ValueRows { get; private set; }

    internal TElement** CotangentRows { get; private set; }

    internal TElement* Biases { get; private set; }

    internal TElement** WeightRows { get; private set; }

    internal TElement** GradientRows { get; private set; }

    internal TElement* BiasGradients { get; private set; }

    // Rows of an example each.
    private TElement* Values { get; set; }

    private TElement* Slopes { get; set; }

    private TElement* Cotangents { get; set; }

    private TElement* Weights { get; set; }

    private TElement* Gradients { get; set; }

    // Of whole rows theta's memory serves, and the gradient's; the rows that fill up a block go to one that nobody reads.
    private bool IsInPlace { get; } = index > 0 && sizes.IsWhole(index - 1);

    /// <summary>Values of an example and those that follow; in the last layer they become its cotangents.</summary>
    internal TElement* ValuesFrom(int example) => Values + ((long)example * Width);

    /// <summary>Slopes of an example and those that follow.</summary>
    internal TElement* SlopesFrom(int example) => Slopes + ((long)example * Width);

    /// <summary>Cotangents of an example and those that follow.</summary>
    internal TElement* CotangentsFrom(int example) =>
        (index == sizes.LayerCount ? Values : Cotangents) + ((long)example * Width);

    internal void Carve(ref Carving carving, int rows)
    {
        if (index == 0)
        {
            Values = carving.Take<TElement>(sizes.IsWhole(0) ? 0 : (long)rows * Width);
            return;
        }

        var isHidden = index < sizes.LayerCount;
        Values = carving.Take<TElement>((long)rows * Width);
        ValueRows = (TElement**)carving.Take<nint>(isHidden ? rows : 0);
        Slopes = carving.Take<TElement>(isHidden ? (long)rows * Width : 0);
        Cotangents = carving.Take<TElement>(isHidden ? (long)rows * Width : 0);
        CotangentRows = (TElement**)carving.Take<nint>(isHidden ? rows : 0);
        Biases = carving.Take<TElement>(Width);
        BiasGradients = carving.Take<TElement>(Width);
        WeightRows = (TElement**)carving.Take<nint>(PaddedUnits);
        GradientRows = (TElement**)carving.Take<nint>(PaddedUnits);
        Weights = carving.Take<TElement>(IsInPlace ? 0 : (long)Units * InputWidth);
        Gradients = carving.Take<TElement>(IsInPlace ? InputWidth : (long)(Units + 1) * InputWidth);
    }

    internal void PointToValues(int rows)
    {
        for (var i = 0L; i < rows && index > 0 && index < sizes.LayerCount; i++)
        {
            ValueRows[i] = Values + (i * Width);
            CotangentRows[i] = Cotangents + (i * Width);
        }
    }

    internal void PointToWeights(TElement* weights, TElement* biases)
    {
        var inputs = sizes.Units(index - 1);
        new ReadOnlySpan<TElement>(biases, Units).CopyTo(new(Biases, Units));
        for (var unit = 0; unit < PaddedUnits; unit++)
        {
            var real = Math.Min(unit, Units - 1);
            WeightRows[unit] = IsInPlace ? weights + ((long)real * inputs) : Weights + ((long)real * InputWidth);
            if (!IsInPlace && unit < Units)
            {
                new ReadOnlySpan<TElement>(weights + ((long)unit * inputs), inputs).CopyTo(new(WeightRows[unit], inputs));
            }
        }
    }

    internal void PointToGradients(TElement* weights)
    {
        var spare = Gradients + (IsInPlace ? 0 : (long)Units * InputWidth);
        for (var unit = 0; unit < PaddedUnits; unit++)
        {
            GradientRows[unit] = unit >= Units ? spare
                : IsInPlace ? weights + ((long)unit * InputWidth)
                : Gradients + ((long)unit * InputWidth);
        }
    }

    internal void CopyGradients(TElement* weights, TElement* biases)
    {
        var inputs = sizes.Units(index - 1);
        new ReadOnlySpan<TElement>(BiasGradients, Units).CopyTo(new(biases, Units));
        for (var unit = 0; unit < Units && !IsInPlace; unit++)
        {
            new ReadOnlySpan<TElement>(GradientRows[unit], inputs).CopyTo(new(weights + ((long)unit * inputs), inputs));
        }
    }
}
