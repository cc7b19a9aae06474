using L2O.Randomness;
using L2O.Runtime;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Flatness.Curvature;

/// <summary>Stochastic traces of the Hessian and of its square, from products alone.</summary>
public static class HutchinsonTrace
{
    /// <summary>The trace: the mean of v'Hv over random sign vectors v (Hutchinson, 1990).</summary>
    /// <param name="hessian">Its products are all that is used.</param>
    /// <param name="probes">Vectors drawn; the standard error falls with the root of their number.</param>
    /// <param name="streams">Decide them.</param>
    public static Estimate Of(Hessian hessian, int probes, RandomStreams streams)
    {
        using var work = NumericWork.Begin();
        return TraceProbes.Signs(hessian.Theta, probes, streams).Measure(hessian).Value;
    }

    /// <summary>
    /// The trace by Hutch++ (arXiv 2010.09649, algorithm 1): exact on the span of a third of the products, Hutchinson's
    /// estimate outside it, so that a few dominant eigenvalues add little variance.
    /// </summary>
    /// <param name="hessian">Its products are all that is used.</param>
    /// <param name="products">How many, 3 or more.</param>
    /// <param name="streams">Decide the vectors.</param>
    public static Estimate PlusPlus(Hessian hessian, int products, RandomStreams streams)
    {
        using var work = NumericWork.Begin();
        return TraceProbes.Sketched(hessian, products, streams).Measure(hessian).Value;
    }

    /// <summary>The trace of H H, the squared Frobenius norm: the mean of |Hv|^2 over random sign vectors v.</summary>
    /// <param name="hessian">Its products are all that is used.</param>
    /// <param name="probes">Vectors drawn.</param>
    /// <param name="streams">Decide them.</param>
    public static Estimate OfSquare(Hessian hessian, int probes, RandomStreams streams)
    {
        using var work = NumericWork.Begin();
        var squares = new double[probes];
        for (var i = 0; i < probes; i++)
        {
            using var scope = NewDisposeScope();
            var v = Direction.RandomSigns(hessian.Theta, streams.At("probe", i));
            squares[i] = ScalarTensor.Value(hessian.TimesVector(v).square().sum());
        }

        return Estimate.OfMean(squares);
    }
}
