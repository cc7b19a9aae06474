using System.Numerics;
using System.Runtime.CompilerServices;
using L2O.Kernels;
using L2O.Optimizers.Learned.Fused.Memory;
using L2O.Kernels.Vectors;

namespace L2O.Optimizers.Learned.Fused.Stages;

/// <summary>What an LSTM layer does to each number alone. The gates are input, forget, candidate, output.</summary>
/// <remarks>
/// Cells and hidden values have loops of their own: one of all would exceed the window in which the machine reorders,
/// and what the compiler is ready to inline.
/// </remarks>
internal static unsafe class LstmStage<TOps, TVector, TElement>
    where TOps : IVectorOps<TVector, TElement>
    where TVector : unmanaged
    where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
{
    /// <summary>Next cell and hidden values from the gates' <see cref="Exponents"/>.</summary>
    /// <param name="gates">Four times size rows.</param>
    /// <param name="previousCell">Size rows.</param>
    /// <param name="cell">Receives size rows.</param>
    /// <param name="hidden">Receives size rows.</param>
    /// <param name="size">Units of the layer.</param>
    internal static void Forward(TElement* gates, TElement* previousCell, TElement* cell, TElement* hidden, int size)
    {
        ForwardCell(gates, previousCell, cell, size);
        ForwardHidden(gates, cell, hidden, size);
    }

    /// <summary>The same, keeping what the way back needs: gates become their activations.</summary>
    /// <param name="gates">Four times size rows; replaced.</param>
    /// <param name="previousCell">Size rows.</param>
    /// <param name="cell">Receives size rows.</param>
    /// <param name="tanhOfCell">Receives size rows.</param>
    /// <param name="hidden">Receives size rows.</param>
    /// <param name="size">Units of the layer.</param>
    internal static void ForwardAndKeep(
        TElement* gates, TElement* previousCell, TElement* cell, TElement* tanhOfCell, TElement* hidden, int size)
    {
        KeepCell(gates, previousCell, cell, size);
        KeepHidden(gates, cell, tanhOfCell, hidden, size);
    }

    /// <summary>Gradients of the pre-activations, from those of the hidden values.</summary>
    /// <param name="gates">Activations; replaced by the gradients of the pre-activations.</param>
    /// <param name="previousCell">Size rows.</param>
    /// <param name="tanhOfCell">Size rows.</param>
    /// <param name="fromAbove">Gradient of the hidden values through the layer above or the head: size rows.</param>
    /// <param name="fromLater">Gradient of the hidden values through the next step: size rows.</param>
    /// <param name="cellGradient">That of the cell values through the next step; replaced by this step's.</param>
    /// <param name="size">Units of the layer.</param>
    [MethodImpl(KernelCode.Options)]
    internal static void Backward(
        TElement* gates,
        TElement* previousCell,
        TElement* tanhOfCell,
        TElement* fromAbove,
        TElement* fromLater,
        TElement* cellGradient,
        int size)
    {
        var n = size * Tile.Lanes;
        var (one, least) = (TOps.Constant(1), TOps.Constant(KernelCode.Negligible));
        for (var i = 0; i < n; i += TOps.Count)
        {
            var hiddenGradient = TOps.Add(TOps.Load(fromLater + i), TOps.Load(fromAbove + i));
            var value = TOps.Load(tanhOfCell + i);
            var output = TOps.Load(gates + (3 * n) + i);
            var throughOutput = TOps.Multiply(hiddenGradient, output);
            var d = TOps.Add(
                TOps.Load(cellGradient + i),
                TOps.Subtract(throughOutput, TOps.Multiply(TOps.Multiply(throughOutput, value), value)));
            var outputSlope = TOps.Subtract(output, TOps.Multiply(output, output));
            var ofOutput = TOps.Multiply(TOps.Multiply(hiddenGradient, value), outputSlope);
            TOps.Store(gates + (3 * n) + i, TOps.ZeroBelow(least, ofOutput));

            var input = TOps.Load(gates + i);
            var forget = TOps.Load(gates + n + i);
            var candidate = TOps.Load(gates + (2 * n) + i);
            var ofInput = TOps.Multiply(TOps.Multiply(d, candidate), TOps.Subtract(input, TOps.Multiply(input, input)));
            TOps.Store(gates + i, TOps.ZeroBelow(least, ofInput));
            var ofCandidate = TOps.Multiply(
                TOps.Multiply(d, input), TOps.Subtract(one, TOps.Multiply(candidate, candidate)));
            TOps.Store(gates + (2 * n) + i, TOps.ZeroBelow(least, ofCandidate));
            var throughForget = TOps.Multiply(d, forget);
            TOps.Store(cellGradient + i, TOps.ZeroBelow(least, throughForget));
            var ofForget = TOps.Multiply(
                TOps.Multiply(throughForget, TOps.Load(previousCell + i)), TOps.Subtract(one, forget));
            TOps.Store(gates + n + i, TOps.ZeroBelow(least, ofForget));
        }
    }

    // Sigmoid(f) c + sigmoid(i) tanh(g) as one quotient, for quotients are what takes longest.
    [MethodImpl(KernelCode.Options)]
    private static void ForwardCell(TElement* gates, TElement* previousCell, TElement* cell, int size)
    {
        var n = size * Tile.Lanes;
        var two = TOps.Constant(2);
        for (var i = 0; i < n; i += TOps.Count)
        {
            var input = Activations<TOps, TVector, TElement>.OnePlusPowerOfTwo(TOps.Load(gates + i));
            var forget = Activations<TOps, TVector, TElement>.OnePlusPowerOfTwo(TOps.Load(gates + n + i));
            var candidate = Activations<TOps, TVector, TElement>.PowerOfTwoLessOne(TOps.Load(gates + (2 * n) + i));
            var added = TOps.Multiply(input, TOps.Add(candidate, two));
            var sum = TOps.MultiplyAdd(TOps.Load(previousCell + i), added, TOps.Multiply(candidate, forget));
            TOps.Store(cell + i, TOps.Divide(sum, TOps.Multiply(forget, added)));
        }
    }

    // Sigmoid(o) tanh(c) as one quotient.
    [MethodImpl(KernelCode.Options)]
    private static void ForwardHidden(TElement* gates, TElement* cell, TElement* hidden, int size)
    {
        var n = size * Tile.Lanes;
        var two = TOps.Constant(2);
        var scale = TOps.Constant(Exponents.OfTanh);
        for (var i = 0; i < n; i += TOps.Count)
        {
            var output = Activations<TOps, TVector, TElement>.OnePlusPowerOfTwo(TOps.Load(gates + (3 * n) + i));
            var value = Activations<TOps, TVector, TElement>.PowerOfTwoLessOne(
                TOps.Multiply(TOps.Load(cell + i), scale));
            TOps.Store(hidden + i, TOps.Divide(value, TOps.Multiply(output, TOps.Add(value, two))));
        }
    }

    // One over the product of three denominators gives each of the three quotients.
    [MethodImpl(KernelCode.Options)]
    private static void KeepCell(TElement* gates, TElement* previousCell, TElement* cell, int size)
    {
        var n = size * Tile.Lanes;
        var (one, two) = (TOps.Constant(1), TOps.Constant(2));
        for (var i = 0; i < n; i += TOps.Count)
        {
            var input = Activations<TOps, TVector, TElement>.OnePlusPowerOfTwo(TOps.Load(gates + i));
            var forget = Activations<TOps, TVector, TElement>.OnePlusPowerOfTwo(TOps.Load(gates + n + i));
            var candidate = Activations<TOps, TVector, TElement>.PowerOfTwoLessOne(TOps.Load(gates + (2 * n) + i));
            var denominator = TOps.Add(candidate, two);
            var added = TOps.Multiply(input, denominator);
            var inverse = TOps.Divide(one, TOps.Multiply(forget, added));
            var ofAdded = TOps.Multiply(inverse, forget);
            forget = TOps.Multiply(inverse, added);
            candidate = TOps.Multiply(TOps.Multiply(ofAdded, input), candidate);
            input = TOps.Multiply(ofAdded, denominator);
            TOps.Store(gates + i, input);
            TOps.Store(gates + n + i, forget);
            TOps.Store(gates + (2 * n) + i, candidate);
            TOps.Store(
                cell + i, TOps.MultiplyAdd(forget, TOps.Load(previousCell + i), TOps.Multiply(input, candidate)));
        }
    }

    [MethodImpl(KernelCode.Options)]
    private static void KeepHidden(TElement* gates, TElement* cell, TElement* tanhOfCell, TElement* hidden, int size)
    {
        var n = size * Tile.Lanes;
        var (one, two) = (TOps.Constant(1), TOps.Constant(2));
        var scale = TOps.Constant(Exponents.OfTanh);
        for (var i = 0; i < n; i += TOps.Count)
        {
            var output = Activations<TOps, TVector, TElement>.OnePlusPowerOfTwo(TOps.Load(gates + (3 * n) + i));
            var value = Activations<TOps, TVector, TElement>.PowerOfTwoLessOne(
                TOps.Multiply(TOps.Load(cell + i), scale));
            var denominator = TOps.Add(value, two);
            var inverse = TOps.Divide(one, TOps.Multiply(output, denominator));
            value = TOps.Multiply(TOps.Multiply(inverse, output), value);
            output = TOps.Multiply(inverse, denominator);
            TOps.Store(gates + (3 * n) + i, output);
            TOps.Store(tanhOfCell + i, value);
            TOps.Store(hidden + i, TOps.Multiply(output, value));
        }
    }
}
