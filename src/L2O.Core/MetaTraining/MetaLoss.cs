using System.Globalization;
using L2O.Errors;
using L2O.Tensors;

namespace L2O.MetaTraining;

/// <summary>How the losses along an unroll make one meta-loss.</summary>
public enum MetaLossForm
{
    /// <summary>Mean of f(theta[t]) over t = 1..T.</summary>
    Mean,

    /// <summary>Mean of log(f(theta[t]) / reference) over t = 0..T, as L2O-Scale has it; for losses above 0.</summary>
    Log,
}

/// <summary>What an unroll is to make small.</summary>
/// <param name="Form">Which function of the losses.</param>
/// <param name="Reference">The loss at the start of the meta-iteration; only the logarithmic form looks at it.</param>
/// <param name="NumeratorEpsilon">Where the logarithmic form adds its small constant.</param>
/// <param name="LossAt">
/// Whose values count, given the optimizee steps made so far; null for the minibatch that a step's gradient comes from.
/// </param>
internal sealed record MetaObjective(
    MetaLossForm Form, double Reference = 1, bool NumeratorEpsilon = false, Func<long, ILoss>? LossAt = null)
{
    // Keeps a loss of 0 from an infinite derivative (arXiv 1703.04813).
    private const double Epsilon = 1e-6;

    /// <summary>The meta-loss of an unroll, and its derivatives with respect to the losses at theta[1] to theta[T].</summary>
    /// <param name="losses">f(theta[t]) for t = 0..T.</param>
    /// <exception cref="ConfigException">The logarithmic form met a negative loss.</exception>
    internal (double Value, double[] Slopes) Of(IReadOnlyList<double> losses) =>
        Form == MetaLossForm.Mean ? Mean(losses) : Log(losses);

    private static (double Value, double[] Slopes) Mean(IReadOnlyList<double> losses)
    {
        var length = losses.Count - 1;
        return (losses.Skip(1).Sum() / length, [.. Enumerable.Repeat(1.0 / length, length)]);
    }

    private (double Value, double[] Slopes) Log(IReadOnlyList<double> losses)
    {
        if (losses.FirstOrDefault(loss => loss < 0) is < 0 and var negative)
        {
            throw new ConfigException(string.Create(
                CultureInfo.InvariantCulture,
                $"meta.loss is log, which needs losses of 0 or more, and an optimizee reached {negative:R}; choose mean"));
        }

        // log(F / (F0 + e) + e), or with the constant above the line log((F + e) / (F0 + e)).
        var scale = Reference + Epsilon;
        var shift = NumeratorEpsilon ? Epsilon : Epsilon * scale;
        return (
            losses.Sum(loss => Math.Log((loss + shift) / scale)) / losses.Count,
            [.. losses.Skip(1).Select(loss => 1 / ((loss + shift) * losses.Count))]);
    }
}
