namespace L2O.Optimizers.Learned.Coordinatewise;

/// <summary>What running moments that started at zero are divided by.</summary>
/// <param name="First">For the mean of gradients.</param>
/// <param name="Second">For the mean of squared gradients.</param>
internal readonly record struct MomentCorrection(double First, double Second)
{
    /// <summary>At a step, counted from 1.</summary>
    internal static MomentCorrection At(CoordinatewiseNetwork network, long step) =>
        new(1 - Math.Pow(network.Beta1, step), 1 - Math.Pow(network.Beta2, step));
}
