namespace L2O.MetaTraining;

/// <summary>How the losses along an unroll make one meta-loss.</summary>
public enum MetaLossForm
{
    /// <summary>Mean of f(theta[t]) over t = 1..T.</summary>
    Mean,

    /// <summary>Mean of log(f(theta[t]) / reference) over t = 0..T, as L2O-Scale has it; for losses above 0.</summary>
    Log,
}

/// <summary>The meta-loss of one unroll and its derivative with respect to each loss in it.</summary>
/// <param name="form">Which function of the losses.</param>
/// <param name="length">Steps in the unroll, T.</param>
/// <param name="reference">The loss at the start of the meta-iteration; only the logarithmic form looks at it.</param>
internal sealed class MetaLoss(MetaLossForm form, int length, double reference)
{
    // Keeps a loss of 0 from an infinite derivative (arXiv 1703.04813).
    private const double Epsilon = 1e-6;

    private double _sum;

    /// <summary>The value so far; final once every loss has been added.</summary>
    internal double Value => _sum / (form == MetaLossForm.Mean ? length : length + 1);

    /// <summary>Adds the loss at theta[t] and returns the derivative of the meta-loss with respect to it.</summary>
    /// <param name="t">0 to T.</param>
    /// <param name="loss">f(theta[t]).</param>
    internal double Add(int t, double loss)
    {
        if (form == MetaLossForm.Mean)
        {
            _sum += t == 0 ? 0 : loss;
            return 1.0 / length;
        }

        var scale = reference + Epsilon;
        _sum += Math.Log((loss / scale) + Epsilon);
        return 1 / ((loss + (Epsilon * scale)) * (length + 1));
    }
}
