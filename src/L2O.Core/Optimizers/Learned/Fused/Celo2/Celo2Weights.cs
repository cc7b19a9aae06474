using System.Numerics;
using L2O.Kernels;
using L2O.Optimizers.Learned.Coordinatewise;
using L2O.Optimizers.Learned.Fused.Memory;

namespace L2O.Optimizers.Learned.Fused.Celo2;

/// <summary>The layers of one phi, ordered as the products of tiles read them.</summary>
internal sealed unsafe class Celo2Weights<TElement>
    where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
{
    private readonly AlignedBuffer _buffer;

    /// <summary>Packs a phi: each layer's weights, then its biases.</summary>
    /// <param name="network">Gives the sizes.</param>
    /// <param name="phi">[P].</param>
    internal Celo2Weights(Celo2Network network, ReadOnlySpan<TElement> phi)
    {
        Layers = new Celo2Layer<TElement>[network.Hidden.Count + 1];
        Carving carving = new(null);
        Carve(ref carving, network.Sizes);
        _buffer = new(AlignedBuffer.SizeOf<byte>(carving.Size));
        carving = new(_buffer.Start);
        Carve(ref carving, network.Sizes);
        new Span<byte>(_buffer.Start, _buffer.Size).Clear();
        foreach (var layer in Layers)
        {
            var matrix = phi[..(layer.Inputs * layer.Outputs)];
            PackedMatrix.Pack(layer.Weights, matrix, layer.Inputs, layer.Inputs, 0);
            PackedMatrix.PackTransposed(layer.Transposed, matrix, layer.Inputs, layer.Outputs, 0);
            phi[matrix.Length..(matrix.Length + layer.Outputs)].CopyTo(new(layer.Bias, layer.Outputs));
            phi = phi[(matrix.Length + layer.Outputs)..];
        }
    }

    /// <summary>From the features to the outputs.</summary>
    internal Celo2Layer<TElement>[] Layers { get; }

    /// <summary>The bias of a product that has none.</summary>
    internal TElement* Zeros { get; private set; }

    private void Carve(ref Carving carving, int[] sizes)
    {
        Zeros = carving.Take<TElement>(Tile.Padded(sizes.Max()));
        for (var layer = 0; layer < Layers.Length; layer++)
        {
            var (inputs, outputs) = (sizes[layer], sizes[layer + 1]);
            Layers[layer] = new()
            {
                Inputs = inputs,
                Outputs = outputs,
                Weights = carving.Take<TElement>((long)Tile.Padded(outputs) * inputs),
                Bias = carving.Take<TElement>(Tile.Padded(outputs)),
                Transposed = carving.Take<TElement>((long)Tile.Padded(inputs) * outputs),
            };
        }
    }
}

/// <summary>One layer.</summary>
internal readonly unsafe struct Celo2Layer<TElement>
    where TElement : unmanaged
{
    internal int Inputs { get; init; }

    internal int Outputs { get; init; }

    internal TElement* Weights { get; init; }

    internal TElement* Bias { get; init; }

    /// <summary>Of the inputs' rows over the outputs.</summary>
    internal TElement* Transposed { get; init; }
}
