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
    /// <summary>The meta-loss of an unroll that has just begun.</summary>
    internal MetaLoss Begin(int length) => new(this, length);
}

/// <summary>The meta-loss of one unroll and its derivative with respect to each loss in it.</summary>
/// <param name="objective">What is to be small.</param>
/// <param name="length">Steps in the unroll, T.</param>
internal sealed class MetaLoss(MetaObjective objective, int length)
{
    // Keeps a loss of 0 from an infinite derivative (arXiv 1703.04813).
    private const double Epsilon = 1e-6;

    private double _sum;

    /// <summary>The value so far; final once every loss has been added.</summary>
    internal double Value => _sum / (objective.Form == MetaLossForm.Mean ? length : length + 1);

    /// <summary>Adds the loss at theta[t] and returns the derivative of the meta-loss with respect to it.</summary>
    /// <param name="t">0 to T.</param>
    /// <param name="loss">f(theta[t]).</param>
    /// <exception cref="ConfigException">The logarithmic form met a negative loss.</exception>
    internal double Add(int t, double loss)
    {
        if (objective.Form == MetaLossForm.Mean)
        {
            _sum += t == 0 ? 0 : loss;
            return 1.0 / length;
        }

        if (loss < 0)
        {
            throw new ConfigException(string.Create(
                CultureInfo.InvariantCulture,
                $"meta.loss is log, which needs losses of 0 or more, and an optimizee reached {loss:R}; choose mean"));
        }

        // log(F / (F0 + e) + e), or with the constant above the line log((F + e) / (F0 + e)).
        var scale = objective.Reference + Epsilon;
        var shift = objective.NumeratorEpsilon ? Epsilon : Epsilon * scale;
        _sum += Math.Log((loss + shift) / scale);
        return 1 / ((loss + shift) * (length + 1));
    }
}
