using L2O.Evaluation;
using L2O.Optimizers;
using L2O.Optimizers.Handcrafted;
using L2O.Options;
using L2O.Runtime;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.MetaTraining;

/// <summary>Options of meta-iterations that imitate a handcrafted optimizer (Chen et al. 2020, arXiv 2010.09089).</summary>
public sealed record ImitationOptions : IOptions
{
    /// <summary>Share of the meta-iterations, for each stage of the curriculum; the last value goes on.</summary>
    public IReadOnlyList<double> Ratios { get; init; } = [0.3];

    /// <summary>Whom to imitate, in rotation.</summary>
    [OneOf(Family.HandcraftedOptimizer)]
    public IReadOnlyList<IOptions> Teachers { get; init; } = [new AdamOptions { LearningRate = 0.01 }];

    /// <summary>Updates of the teacher that one update of the learned optimizer has to match.</summary>
    public int TeacherSteps { get; init; } = 1;

    /// <summary>Lets imitation move phi through the meta-optimizer's own moments instead of a set for each teacher.</summary>
    public bool SharedMoments { get; init; }

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems() =>
    [
        .. Require.AtLeast("teacher_steps", TeacherSteps, 1), .. Require.NotEmpty("teachers", Teachers),
        .. Require.NotEmpty("ratios", Ratios), .. Require.Each("ratios", Ratios, Require.Probability),
    ];

    /// <summary>The share in a stage.</summary>
    internal double RatioIn(int stage) => Ratios[Math.Min(stage, Ratios.Count - 1)];
}

/// <summary>An optimizer that is imitated.</summary>
/// <param name="Name">As rows of the run's tables spell it.</param>
/// <param name="Rule">The teacher.</param>
public sealed record Teacher(string Name, IOptimizer Rule);

/// <summary>
/// The gradient with respect to phi of sum_{t=0..T-1} |u[t] - u*[t]|^2 / (2 N): the learned optimizer sees the gradients
/// along the teacher's path, and its updates u are to be the teacher's u*. The path does not depend on phi, so the
/// cotangent of update t is (u[t] - u*[t]) / N.
/// </summary>
internal static class Imitation
{
    /// <summary>One unroll along the teacher's path; the result's meta-loss is the imitation loss.</summary>
    internal static UnrollResult ByCotangents(
        ILearnedOptimizer optimizer, Tensor phi, IOptimizer teacher, int teacherSteps, UnrollPlan plan, UnrollState start)
    {
        using TensorLoop loop = new();
        var tape = optimizer.Record(phi);
        var theta = start.Theta;
        var state = start.Optimizer ?? tape.Init(plan.Layout, theta, plan.Streams);
        var teacherState = start.Teacher ?? teacher.Init(plan.Layout, theta, plan.Streams.At("teacher"));
        loop.FreeReplaced([.. state.Tensors, .. teacherState.Tensors]);
        var cotangents = new Tensor[plan.Length];
        List<Tensor> losses = [];
        for (var t = 0; t < plan.Length; t++)
        {
            NumericWork.SafePoint();
            var step = start.Step + (t * (long)teacherSteps);
            var gradients = new EpisodeGradients(plan.Episode, step, theta);
            (var update, state) = t == 0
                ? tape.Step(gradients, theta, state)
                : tape.StepInPlace(gradients, theta, state);
            var left = theta;
            (theta, teacherState) = Teach(teacher, teacherSteps, plan, gradients, step, theta, teacherState);
            var difference = update.detach() - (theta - left);
            losses.Add(difference.square().mean());
            cotangents[t] = difference.div_(plan.Layout.Count);
            loop.FreeReplaced([theta, .. state.Tensors, .. teacherState.Tensors]);
        }

        var end = new UnrollState(
            start.Step + (plan.Length * (long)teacherSteps),
            theta.MoveToOuterDisposeScope(),
            state.Map(tensor => tensor.detach().MoveToOuterDisposeScope()),
            Teacher: teacherState.Map(tensor => tensor.detach().MoveToOuterDisposeScope()));
        var metaGradient = tape.TimesCotangents(cotangents);
        var values = ScalarTensor.Values([.. losses, plan.LossAt(end.Step).At(theta), metaGradient.norm()]);
        return new(
            values[..^2].Sum(value => value / 2),
            values[^2],
            metaGradient.MoveToOuterDisposeScope(),
            values[^1],
            new(null, null),
            end);
    }

    private static (Tensor Theta, RuleState State) Teach(
        IOptimizer teacher,
        int steps,
        UnrollPlan plan,
        EpisodeGradients first,
        long step,
        Tensor theta,
        RuleState state)
    {
        for (var i = 0; i < steps; i++)
        {
            var gradients = i == 0 ? first : new EpisodeGradients(plan.Episode, step + i, theta);
            (var update, state) = teacher.Step(gradients, theta, state);
            theta = theta + update;
        }

        return (theta, state);
    }
}
