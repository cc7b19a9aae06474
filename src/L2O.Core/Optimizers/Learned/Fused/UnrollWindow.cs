namespace L2O.Optimizers.Learned.Fused;

/// <summary>The steps that a meta-gradient is taken over, by addresses.</summary>
/// <param name="Count">Coordinates, N.</param>
/// <param name="State">Before the first step: [tiles, rows, lanes].</param>
/// <param name="FirstStep">Its number, counted from 1.</param>
/// <param name="Gradients">Each step's [N].</param>
/// <param name="Cotangents">Each step's [N].</param>
internal readonly record struct UnrollWindow(
    long Count, nint State, long FirstStep, nint[] Gradients, nint[] Cotangents)
{
    /// <summary>Steps, T.</summary>
    internal int StepCount => Gradients.Length;
}
