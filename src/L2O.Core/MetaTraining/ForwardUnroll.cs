using L2O.Evaluation;
using L2O.Optimizers;
using L2O.Runtime;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.MetaTraining;

/// <summary>
/// An unroll without a tape: what evolution strategies run, in the memory of one step. A regularizer of the meta-objective
/// joins it by its value, at the points where it would join back-propagation by its gradient.
/// </summary>
internal static class ForwardUnroll
{
    /// <summary>Runs the unroll of a plan at several phi.</summary>
    /// <param name="optimizer">What phi is of.</param>
    /// <param name="plan">Every run has its minibatches, and its regularizer's random numbers.</param>
    /// <param name="workers">Run the unrolls; only time depends on them.</param>
    /// <param name="cancel">Checked before every step.</param>
    internal static RunUnrolls<UnrollState> Of(
        ILearnedOptimizer optimizer, UnrollPlan plan, Workers workers, CancellationToken cancel) => unrolls =>
    {
        using var work = NumericWork.Begin();
        var outcomes = workers.Map(unrolls, (unroll, stop) => Run(optimizer, plan, unroll, stop), cancel);
        Tensor Out(Tensor tensor) => tensor.MoveToOtherDisposeScope(work.Scope).MoveToOuterDisposeScope();
        return
        [
            .. outcomes.Zip(unrolls, (outcome, unroll) =>
                unroll.IsEndNeeded ? outcome with { End = outcome.End.Map(Out) } : outcome),
        ];
    };

    // What its end is made of belongs to no scope: scopes belong to a thread, and the caller's may be another.
    private static UnrollOutcome<UnrollState> Run(
        ILearnedOptimizer optimizer, UnrollPlan plan, UnrollAt<UnrollState> unroll, CancellationToken cancel)
    {
        using var work = NumericWork.Begin();
        var (phi, start) = (unroll.Phi, unroll.Start);
        var rule = optimizer.At(phi.detach());
        var theta = start.Theta;
        var state = start.Optimizer ?? rule.Init(plan.Layout, theta, plan.Streams);
        using TensorLoop loop = new();
        var memory = start.Memory?.alias();
        List<Tensor> losses = [];
        List<(Pending<double> Value, double Weight)> regularized = [];
        Tensor? update = null;
        for (var t = 0; t < plan.Length; t++)
        {
            cancel.ThrowIfCancellationRequested();
            NumericWork.SafePoint();
            var step = start.Step + t;
            var gradients = new EpisodeGradients(plan.Episode, step, theta);
            losses.Add(plan.Objective.LossAt?.Invoke(step).At(theta) ?? gradients.Loss);
            (update, state) = t == 0
                ? rule.Step(gradients, theta, state)
                : rule.StepInPlace(gradients, theta, state, update);
            theta = theta + update;
            if (plan.Regularizer.InMetaObjective(
                new(plan.Episode, theta, step + 1), t + 1, plan.Length, ref memory) is { } measured)
            {
                regularized.Add(measured);
            }

            loop.FreeAllBut([
                theta, update, .. state.Tensors, .. memory is null ? Array.Empty<Tensor>() : [memory],
                .. losses, .. regularized.SelectMany(point => ((IPending)point.Value).Scalars)]);
        }

        var end = start.Step + plan.Length;
        losses.Add(plan.LossAt(end).At(theta));
        var score = Score(plan.Objective, Pending.All([.. losses.Select(Pending.Of)]), regularized);
        static Tensor Kept(Tensor tensor) => tensor.DetachFromDisposeScope();
        return new(
            score,
            unroll.IsEndNeeded ? new(end, Kept(theta), state.Map(Kept), memory is null ? null : Kept(memory)) : start);
    }

    private static UnrollScore Score(
        MetaObjective objective,
        Pending<IReadOnlyList<double>> losses,
        List<(Pending<double> Value, double Weight)> regularized)
    {
        Pending.ReadTogether([losses, .. regularized.Select(point => point.Value)]);
        var metaLoss = objective.Of(losses.Value).Value;
        return new(
            metaLoss + regularized.Sum(point => point.Weight * point.Value.Value),
            metaLoss,
            losses.Value[^1],
            regularized.Count == 0 ? null : regularized.Average(point => point.Value.Value));
    }
}
