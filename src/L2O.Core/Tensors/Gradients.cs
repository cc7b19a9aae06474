using static TorchSharp.torch;

namespace L2O.Tensors;

/// <summary>The one door to autograd: checks what the native call would abort on, and fills in what it leaves out.</summary>
public static class Gradients
{
    /// <summary>The gradient of a scalar with respect to one tensor; zero where the scalar does not depend on it.</summary>
    /// <param name="value">Scalar.</param>
    /// <param name="at">A tensor that requires a gradient.</param>
    /// <param name="differentiable">Keeps the graph, so that the gradient can itself be differentiated.</param>
    /// <returns>A tensor of the shape of <paramref name="at"/>.</returns>
    public static Tensor Of(Tensor value, Tensor at, bool differentiable = false) =>
        TimesCotangents([value], at, [ones_like(value)], differentiable);

    /// <summary>Vector-Jacobian product: the gradient of sum_i &lt;cotangent_i, output_i&gt;.</summary>
    /// <param name="outputs">Tensors that depend on <paramref name="at"/>; those that do not add nothing.</param>
    /// <param name="at">A tensor that requires a gradient.</param>
    /// <param name="cotangents">One for each output, of its shape.</param>
    /// <param name="differentiable">Keeps the graph, so that the result can itself be differentiated.</param>
    /// <param name="repeatable">Keeps the graph of the outputs only, so that other cotangents can follow.</param>
    /// <returns>A tensor of the shape of <paramref name="at"/>.</returns>
    /// <exception cref="ArgumentException">Counts or shapes do not pair up, or <paramref name="at"/> takes no gradient.</exception>
    public static Tensor TimesCotangents(
        IReadOnlyList<Tensor> outputs,
        Tensor at,
        IReadOnlyList<Tensor> cotangents,
        bool differentiable = false,
        bool repeatable = false)
    {
        Check(outputs, at, cotangents);
        var used = Enumerable.Range(0, outputs.Count).Where(i => outputs[i].requires_grad).ToArray();
        if (used.Length == 0)
        {
            return zeros_like(at);
        }

        var gradient = autograd.grad(
            [.. used.Select(i => outputs[i])],
            [at],
            [.. used.Select(i => cotangents[i])],
            retain_graph: differentiable || repeatable,
            create_graph: differentiable,
            allow_unused: true)[0];
        return gradient.IsInvalid ? zeros_like(at) : gradient;
    }

    private static void Check(IReadOnlyList<Tensor> outputs, Tensor at, IReadOnlyList<Tensor> cotangents)
    {
        if (!at.requires_grad)
        {
            throw new ArgumentException("requires no gradient", nameof(at));
        }

        if (outputs.Count != cotangents.Count)
        {
            throw new ArgumentException($"{cotangents.Count} for {outputs.Count} outputs", nameof(cotangents));
        }

        for (var i = 0; i < outputs.Count; i++)
        {
            if (!outputs[i].shape.AsSpan().SequenceEqual(cotangents[i].shape))
            {
                throw new ArgumentException(
                    $"number {i} is [{string.Join(", ", cotangents[i].shape)}], "
                    + $"its output [{string.Join(", ", outputs[i].shape)}]",
                    nameof(cotangents));
            }
        }
    }
}
