using L2O.Randomness;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Optimizers.Learned;

/// <summary>The states of two rules, one for matrices and one for vectors.</summary>
/// <param name="Matrices">Null where there is no matrix.</param>
/// <param name="Vectors">Null where there is no vector.</param>
internal sealed record MatricesApartState(RuleState? Matrices, RuleState? Vectors) : RuleState
{
    /// <summary>The layout's tensors.</summary>
    internal required ParameterLayout Layout { get; init; }

    /// <inheritdoc/>
    public override MatricesApartState Map(Func<Tensor, Tensor> replace) =>
        this with { Matrices = Matrices?.Map(replace), Vectors = Vectors?.Map(replace) };
}

/// <summary>One rule for tensors of two dimensions and more, another for biases and the like.</summary>
/// <param name="ofMatrices">The one.</param>
/// <param name="ofVectors">The other.</param>
internal sealed class MatricesApart(IOptimizer ofMatrices, IOptimizer ofVectors) : IOptimizer
{
    /// <inheritdoc/>
    public RuleState Init(ParameterLayout layout, Tensor theta, RandomStreams streams)
    {
        using var scope = NewDisposeScope();
        RuleState? Of(IOptimizer rule, bool isMatrix)
        {
            ParameterLayout part = new(layout.Shapes.Where(shape => IsMatrix(shape) == isMatrix));
            return part.Count == 0 ? null : rule.Init(part, Part(layout, theta, isMatrix), streams);
        }

        return new MatricesApartState(Of(ofMatrices, isMatrix: true), Of(ofVectors, isMatrix: false)) { Layout = layout }
            .Map(tensor => tensor.MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    public (Tensor Update, RuleState State) Step(IGradientSource gradients, Tensor theta, RuleState state)
    {
        using var scope = NewDisposeScope();
        var (matrices, vectors) = (MatricesApartState)state;
        var layout = ((MatricesApartState)state).Layout;
        var gradient = gradients.At(theta);
        (Tensor Update, RuleState State)? Of(IOptimizer rule, RuleState? own, bool isMatrix) => own is null
            ? null
            : rule.Step(
                new ConstantGradient(Part(layout, gradient, isMatrix)),
                Part(layout, theta, isMatrix),
                own with { StepCount = state.StepCount });

        var ofMatrix = Of(ofMatrices, matrices, isMatrix: true);
        var ofVector = Of(ofVectors, vectors, isMatrix: false);
        MatricesApartState next = new(ofMatrix?.State, ofVector?.State) { Layout = layout, StepCount = state.StepCount + 1 };
        return (Joined(layout, ofMatrix?.Update, ofVector?.Update).MoveToOuterDisposeScope(),
            next.Map(tensor => tensor.MoveToOuterDisposeScope()));
    }

    private static bool IsMatrix(ParameterShape shape) => shape.Shape.Length > 1;

    private static Tensor Part(ParameterLayout layout, Tensor flat, bool isMatrix) => cat(
    [
        .. flat.split([.. layout.Shapes.Select(shape => shape.Count)])
            .Zip(layout.Shapes).Where(pair => IsMatrix(pair.Second) == isMatrix).Select(pair => pair.First),
    ]);

    private static Tensor Joined(ParameterLayout layout, Tensor? ofMatrices, Tensor? ofVectors)
    {
        var (matrix, vector) = (0L, 0L);
        List<Tensor> parts = [];
        foreach (var shape in layout.Shapes)
        {
            if (IsMatrix(shape) && ofMatrices is not null)
            {
                parts.Add(ofMatrices.narrow(0, matrix, shape.Count));
                matrix += shape.Count;
            }
            else if (!IsMatrix(shape) && ofVectors is not null)
            {
                parts.Add(ofVectors.narrow(0, vector, shape.Count));
                vector += shape.Count;
            }
        }

        return cat(parts);
    }
}
