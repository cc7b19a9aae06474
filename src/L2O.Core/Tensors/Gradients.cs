using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace L2O.Tensors;

/// <summary>The one door to autograd: checks what the native call would abort on, and fills in what it leaves out.</summary>
/// <remarks>
/// TorchSharp's own call of autograd ends the process on any native error. Called from a script, which takes as long, such
/// an error (no memory, a graph used twice, a value changed in place) comes back as an ExternalException.
/// </remarks>
public static class Gradients
{
    private static readonly jit.CompilationUnit _script = jit.compile("""
        def products(
            outputs: List[Tensor], at: List[Tensor], cotangents: List[Tensor], retain: bool, create: bool
        ) -> List[Tensor]:
            given: List[Optional[Tensor]] = []
            for cotangent in cotangents:
                given.append(cotangent)
            gradients: List[Tensor] = []
            for i, gradient in enumerate(torch.autograd.grad(outputs, at, given, retain, create, True)):
                gradients.append(torch.zeros_like(at[i]) if gradient is None else gradient)
            return gradients

        """);

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
    /// <exception cref="ExternalException">The native call failed: there is no memory, or the graph is used up.</exception>
    public static Tensor TimesCotangents(
        IReadOnlyList<Tensor> outputs,
        Tensor at,
        IReadOnlyList<Tensor> cotangents,
        bool differentiable = false,
        bool repeatable = false) => TimesCotangents(outputs, [at], cotangents, differentiable, repeatable)[0];

    /// <summary>The gradients of a scalar with respect to several tensors.</summary>
    /// <inheritdoc cref="Of(Tensor, Tensor, bool)"/>
    public static Tensor[] Of(Tensor value, IReadOnlyList<Tensor> at, bool differentiable = false) =>
        TimesCotangents([value], at, [ones_like(value)], differentiable);

    /// <summary>Vector-Jacobian products with respect to several tensors: one of the shape of each.</summary>
    /// <inheritdoc cref="TimesCotangents(IReadOnlyList{Tensor}, Tensor, IReadOnlyList{Tensor}, bool, bool)"/>
    public static Tensor[] TimesCotangents(
        IReadOnlyList<Tensor> outputs,
        IReadOnlyList<Tensor> at,
        IReadOnlyList<Tensor> cotangents,
        bool differentiable = false,
        bool repeatable = false)
    {
        foreach (var one in at)
        {
            Check(outputs, one, cotangents);
        }

        var used = Enumerable.Range(0, outputs.Count).Where(i => outputs[i].requires_grad).ToArray();
        if (used.Length == 0)
        {
            return [.. at.Select(one => zeros_like(one))];
        }

        Tensor[] from = [.. used.Select(i => outputs[i])];
        Tensor[] with = [.. used.Select(i => cotangents[i])];
        return (Tensor[])_script.invoke("products", from, at.ToArray(), with, differentiable || repeatable, differentiable);
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
