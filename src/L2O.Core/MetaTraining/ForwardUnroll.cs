using L2O.Evaluation;
using L2O.Optimizers;
using L2O.Runtime;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.MetaTraining;

/// <summary>An unroll without a tape: what evolution strategies run, in the memory of one step.</summary>
internal static class ForwardUnroll
{
    /// <summary>The unroll of a plan as a function of phi; the plan's regularizer has no part in it.</summary>
    internal static UnrollAt<UnrollState> Of(ILearnedOptimizer optimizer, UnrollPlan plan) => (phi, start) =>
    {
        using var work = NumericWork.Begin();
        var rule = optimizer.At(phi.detach());
        var theta = start.Theta;
        var state = start.Optimizer ?? rule.Init(plan.Layout, theta, plan.Streams);
        var metaLoss = plan.Objective.Begin(plan.Length);
        using TensorLoop loop = new();
        Tensor? update = null;
        for (var t = 0; t < plan.Length; t++)
        {
            NumericWork.SafePoint();
            var gradients = new EpisodeGradients(plan.Episode, start.Step + t, theta);
            metaLoss.Add(t, ScalarTensor.Value(plan.Objective.LossAt?.Invoke(start.Step + t).At(theta) ?? gradients.Loss));
            (update, state) = t == 0
                ? rule.Step(gradients, theta, state)
                : rule.StepInPlace(gradients, theta, state, update);
            theta = theta + update;
            loop.FreeAllBut([theta, update, .. state.Tensors]);
        }

        var end = start.Step + plan.Length;
        metaLoss.Add(plan.Length, ScalarTensor.Value(plan.LossAt(end).At(theta)));
        Tensor Out(Tensor tensor) => tensor.MoveToOuterDisposeScope().MoveToOuterDisposeScope();
        return (metaLoss.Value, new(end, Out(theta), state.Map(Out)));
    };
}
