using L2O.Randomness;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Flatness.Curvature;

/// <summary>
/// Vectors that reveal a trace: the sum of v'Hv over the fixed ones plus its mean over the random ones, which are drawn
/// one at a time.
/// </summary>
/// <param name="fixedProbes">[N] each; none for Hutchinson's estimator.</param>
/// <param name="randomCount">How many random ones, 1 or more.</param>
/// <param name="draw">The random vector [N] of an index, identically distributed; the standard error is theirs.</param>
internal sealed class TraceProbes(IReadOnlyList<Tensor> fixedProbes, int randomCount, Func<int, Tensor> draw)
{
    /// <summary>Random sign vectors.</summary>
    internal static TraceProbes Signs(Tensor like, int count, RandomStreams streams) =>
        new([], count, i => Direction.RandomSigns(like, streams.At("probe", i)));

    /// <summary>
    /// A basis of what H makes of a third of the vectors, and random sign vectors without their part in its span. The
    /// basis belongs to the caller's scope.
    /// </summary>
    /// <param name="hessian">Its products are all that is used.</param>
    /// <param name="products">With the Hessian, those of the estimate included; 3 or more.</param>
    /// <param name="streams">Decide the vectors.</param>
    internal static TraceProbes Sketched(Hessian hessian, int products, RandomStreams streams)
    {
        using var scope = NewDisposeScope();
        var rank = products / 3;
        var sketch = Signs(hessian.Theta, rank, streams.At("sketch"));
        var images = Enumerable.Range(0, rank).Select(i => hessian.TimesVector(sketch.At(i)));
        var (columns, _) = linalg.qr(stack([.. images], 1));
        var basis = columns.MoveToOuterDisposeScope();
        var signs = Signs(hessian.Theta, products - (2 * rank), streams);
        return new(
            [.. basis.unbind(1).Select(column => column.MoveToOuterDisposeScope())],
            products - (2 * rank),
            i => Outside(basis, signs.At(i)));
    }

    /// <summary>The estimate: the mean of the random part, and its standard error.</summary>
    internal Pending<Estimate> Measure(Hessian hessian)
    {
        List<Tensor> forms = [];
        for (var i = 0; i < Count; i++)
        {
            using var scope = NewDisposeScope();
            var v = At(i);
            forms.Add(v.dot(hessian.TimesVector(v)).MoveToOuterDisposeScope());
        }

        return Combine(forms);
    }

    /// <summary>The estimate and its gradient [N] with the probes held fixed, which is unbiased.</summary>
    /// <returns>Both in the caller's scope, and so is the trace on its device, a scalar.</returns>
    internal (Pending<Estimate> Trace, Tensor OnDevice, Tensor Gradient) MeasureWithGradient(Hessian hessian)
    {
        using var scope = NewDisposeScope();
        var (sum, trace) = (zeros_like(hessian.Theta), zeros_like(hessian.Theta.sum()));
        List<Tensor> forms = [];
        for (var i = 0; i < Count; i++)
        {
            using var inner = NewDisposeScope();
            var v = At(i);
            var (product, gradient) = hessian.TimesVectorWithGradient(v);
            var form = v.dot(product);
            var weight = i < fixedProbes.Count ? 1 : 1.0 / randomCount;
            trace.add_(form, alpha: weight);
            sum.add_(gradient, alpha: weight);
            forms.Add(form.MoveToOuterDisposeScope());
        }

        return (
            Combine(forms).MoveToOuterDisposeScope(), trace.MoveToOuterDisposeScope(), sum.MoveToOuterDisposeScope());
    }

    private int Count => fixedProbes.Count + randomCount;

    private Tensor At(int index) => index < fixedProbes.Count ? fixedProbes[index] : draw(index - fixedProbes.Count);

    private Pending<Estimate> Combine(List<Tensor> forms) => Pending.All([.. forms.Select(Pending.Of)]).Select(numbers =>
    {
        var mean = Estimate.OfMean([.. numbers.Skip(fixedProbes.Count)]);
        return mean with { Value = mean.Value + numbers.Take(fixedProbes.Count).Sum() };
    });

    private static Tensor Outside(Tensor basis, Tensor v)
    {
        using var scope = NewDisposeScope();
        return (v - basis.mv(basis.t().mv(v))).MoveToOuterDisposeScope();
    }
}
