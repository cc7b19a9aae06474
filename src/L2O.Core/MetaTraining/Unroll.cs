using L2O.Evaluation;
using L2O.Optimizees;
using L2O.Optimizers;
using L2O.Randomness;
using L2O.Runtime;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.MetaTraining;

/// <summary>Where an unroll begins, or the one before it ended: values, without a graph.</summary>
/// <param name="Step">Optimizee steps made in this meta-iteration.</param>
/// <param name="Theta">[N].</param>
/// <param name="Optimizer">The learned optimizer's state; null before the first step.</param>
/// <param name="Memory">What the regularizer keeps from step to step; null where it keeps nothing.</param>
/// <param name="Teacher">The imitated optimizer's state; null where none is imitated.</param>
public sealed record UnrollState(
    long Step, Tensor Theta, RuleState? Optimizer, Tensor? Memory = null, RuleState? Teacher = null)
{
    /// <summary>The same state with every tensor replaced, visited in a fixed order.</summary>
    public UnrollState Map(Func<Tensor, Tensor> replace) => new(
        Step,
        replace(Theta),
        Optimizer?.Map(replace),
        Memory is null ? null : replace(Memory),
        Teacher?.Map(replace));
}

/// <summary>What one unroll gives.</summary>
/// <param name="MetaLoss">The objective, without regularizer.</param>
/// <param name="FinalLoss">The loss that the meta-loss looks at, at the last theta.</param>
/// <param name="MetaGradient">[P].</param>
/// <param name="MetaGradientNorm">Its length.</param>
/// <param name="Regularizer">What the regularizer did.</param>
/// <param name="End">Where the next unroll starts.</param>
internal sealed record UnrollResult(
    double MetaLoss,
    double FinalLoss,
    Tensor MetaGradient,
    double MetaGradientNorm,
    RegularizerLedger Regularizer,
    UnrollState End);

/// <summary>One unroll's worth of an episode: what is run, for how long, and what counts.</summary>
/// <param name="Layout">Of the episode's parameters.</param>
/// <param name="Episode">What is optimized.</param>
/// <param name="Streams">For learned optimizers that draw random numbers in their first state.</param>
/// <param name="Length">Steps, T.</param>
/// <param name="Objective">The meta-loss.</param>
/// <param name="Regularizer">What is added to the meta-objective or to the optimizee's loss, and where.</param>
internal sealed record UnrollPlan(
    ParameterLayout Layout,
    IEpisode Episode,
    RandomStreams Streams,
    int Length,
    MetaObjective Objective,
    UnrollRegularizer Regularizer)
{
    /// <summary>What the objective looks at after a number of optimizee steps: a loss of its own, or the step's minibatch.</summary>
    internal ILoss LossAt(long step) => Objective.LossAt?.Invoke(step) ?? Episode.Minibatch(step, draw: 0);
}

/// <summary>
/// The meta-gradient of truncated back-propagation through time: the gradient with respect to phi of
/// (1/T) sum_{t=1..T} f(theta[t]), where theta[t] is theta[0] plus the updates so far.
/// </summary>
internal static class Unroll
{
    /// <summary>
    /// With second derivatives dropped, update s moves every later theta alike, so its cotangent is
    /// S[s] = sum_{t&gt;s} G[t], where G[t] is the objective's gradient at theta[t]. No graph through the optimizee is kept:
    /// one gradient a step is the optimizer's input, the loss's gradient and part of the cotangents, unless the optimizer
    /// sees a disturbed one. No step waits for the device: losses are read together at the end, and so is what the
    /// regularizer came to.
    /// </summary>
    internal static UnrollResult ByCotangents(ILearnedOptimizer optimizer, Tensor phi, UnrollPlan plan, UnrollState start)
    {
        using TensorLoop loop = new();
        var tape = optimizer.Record(phi);
        var theta = start.Theta;
        var state = start.Optimizer ?? tape.Init(plan.Layout, theta, plan.Streams);
        loop.FreeReplaced(state.Tensors);
        var memory = start.Memory;
        var (slopes, gained) = (new Tensor[plan.Length], new Tensor?[plan.Length]);
        var gradients = new EpisodeGradients(plan.Episode, start.Step, theta);
        List<Tensor> losses = [plan.Objective.LossAt?.Invoke(start.Step).At(theta) ?? gradients.Loss];
        Tensor? update = null;
        for (var t = 1; t <= plan.Length; t++)
        {
            NumericWork.SafePoint();
            var seen = GradientSeenByOptimizer(plan, gradients, theta, start.Step + t - 1, ref memory);
            (update, state) = t == 1 ? tape.Step(seen, theta, state) : tape.StepInPlace(seen, theta, state, update);
            theta = theta + update;
            loop.FreeReplaced([theta, .. state.Tensors]);
            gradients = new EpisodeGradients(plan.Episode, start.Step + t, theta);
            (var loss, slopes[t - 1]) = plan.Objective.LossAt?.Invoke(start.Step + t).WithGradient(theta) ?? gradients.Undisturbed();
            losses.Add(loss);
            gained[t - 1] = plan.Regularizer.OfMetaObjective(
                new(plan.Episode, theta, start.Step + t), t, plan.Length, ref memory);
        }

        var values = ScalarTensor.Values(losses);
        var (metaLoss, weights) = plan.Objective.Of(values);
        var metaGradient = tape.TimesCotangents(Cotangents(slopes, weights, gained, plan.Regularizer));
        return Result(metaLoss, values[^1], metaGradient, plan, start, theta, state, memory);
    }

    // What update s+1 is worth: the objective's gradients at every theta from there on. [N] each.
    private static Tensor[] Cotangents(Tensor[] slopes, double[] weights, Tensor?[] gained, UnrollRegularizer regularizer)
    {
        Tensor[] cotangents = [.. slopes.Zip(weights, (slope, weight) => slope.mul(weight))];
        for (var s = 0; s < cotangents.Length; s++)
        {
            if (regularizer.IsInMetaObjective)
            {
                regularizer.CountLossGradient(cotangents[s]);
            }

            if (gained[s] is { } own)
            {
                cotangents[s].add_(own);
            }
        }

        for (var s = cotangents.Length - 2; s >= 0; s--)
        {
            cotangents[s].add_(cotangents[s + 1]);
        }

        return cotangents;
    }

    /// <summary>
    /// The same objective with the whole graph: gradients depend on theta, and theta on phi. A regularizer of the optimizee
    /// has no part in it.
    /// </summary>
    internal static UnrollResult ByWholeGraph(ILearnedOptimizer optimizer, Tensor phi, UnrollPlan plan, UnrollState start)
    {
        using var work = NumericWork.Begin();
        var leaf = phi.detach().requires_grad_();
        var rule = optimizer.At(leaf);
        var theta = start.Theta.detach().requires_grad_();
        var state = start.Optimizer ?? rule.Init(plan.Layout, theta, plan.Streams);
        var memory = start.Memory;
        var loss = plan.Episode.Minibatch(start.Step, draw: 0).At(theta);
        List<Tensor> losses = [plan.Objective.LossAt?.Invoke(start.Step).At(theta) ?? loss];
        List<(Tensor Theta, ILoss Loss, Tensor? Gained)> regularized = [];
        for (var t = 1; t <= plan.Length; t++)
        {
            NumericWork.SafePoint();
            var gradient = Gradients.Of(loss, theta, differentiable: true);
            (var update, state) = rule.Step(new ConstantGradient(gradient), theta, state);
            theta = theta + update;
            var minibatch = plan.Episode.Minibatch(start.Step + t, draw: 0);
            loss = minibatch.At(theta);
            var looked = plan.Objective.LossAt?.Invoke(start.Step + t)
                ?? (plan.Episode.IsDisturbed ? plan.Episode.UndisturbedMinibatch(start.Step + t, draw: 0) : minibatch);
            losses.Add(ReferenceEquals(looked, minibatch) ? loss : looked.At(theta));
            regularized.Add((theta, looked, plan.Regularizer.OfMetaObjective(
                new(plan.Episode, theta, start.Step + t), t, plan.Length, ref memory)));
        }

        var values = ScalarTensor.Values(losses);
        var (metaLoss, weights) = plan.Objective.Of(values);
        var (terms, cotangents) = (losses[1..], losses.Skip(1).Zip(weights, (loss, weight) => full_like(loss, weight)).ToList());
        foreach (var ((reached, looked, gained), weight) in regularized.Zip(weights))
        {
            if (plan.Regularizer.IsInMetaObjective)
            {
                plan.Regularizer.CountLossGradient(looked.WithGradient(reached.detach()).Gradient.mul(weight));
            }

            if (gained is not null)
            {
                // The regularizer depends on phi through theta alone, so its gradient is theta's cotangent.
                terms.Add(reached);
                cotangents.Add(gained);
            }
        }

        var metaGradient = Gradients.TimesCotangents(terms, leaf, cotangents);
        return Result(metaLoss, values[^1], metaGradient, plan, start, theta, state, memory);
    }

    // The loss's gradient, and that of a regularizer which targets the optimizee.
    private static IGradientSource GradientSeenByOptimizer(
        UnrollPlan plan, EpisodeGradients gradients, Tensor theta, long step, ref Tensor? memory)
    {
        var own = gradients.At(theta);
        return plan.Regularizer.OfOptimizee(new(plan.Episode, theta, step), own, ref memory) is { } gained
            ? new ConstantGradient(own + gained)
            : gradients;
    }

    private static UnrollResult Result(
        double metaLoss,
        double finalLoss,
        Tensor metaGradient,
        UnrollPlan plan,
        UnrollState start,
        Tensor theta,
        RuleState state,
        Tensor? memory)
    {
        var end = new UnrollState(
            start.Step + plan.Length,
            theta.detach().MoveToOuterDisposeScope(),
            state.Map(tensor => tensor.detach().MoveToOuterDisposeScope()),
            memory?.detach().MoveToOuterDisposeScope());
        var norm = Pending.Of(metaGradient.norm());
        Pending.ReadTogether([norm, .. plan.Regularizer.Numbers]);
        return new(
            metaLoss, finalLoss, metaGradient.MoveToOuterDisposeScope(), norm.Value, plan.Regularizer.Ledger(), end);
    }
}
