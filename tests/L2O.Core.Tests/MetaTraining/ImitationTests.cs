using L2O.MetaTraining;
using L2O.Optimizers;
using L2O.Optimizers.Handcrafted;
using L2O.Optimizers.Learned;
using L2O.Randomness;
using L2O.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.MetaTraining;

public sealed class ImitationTests
{
    private static readonly Adam Teacher = new(new() { LearningRate = 0.1 });

    [Fact]
    public void TheGradientIsTheFiniteDifferenceOfTheImitationLoss()
    {
        using var scope = NewDisposeScope();
        var dm = new DmOptimizer(new() { Hidden = [3], OutputScale = 1 });
        var phi = dm.InitialPhi(RandomStreams.FromSeed(1));
        var second = Run(dm, phi, start: null).End;

        var gradient = Run(dm, phi, second).MetaGradient;

        Differences.AssertGradient(at => Run(dm, at, second).MetaLoss, phi, gradient, tolerance: 1e-7);
    }

    [Fact]
    public void ThetaFollowsTheTeacherWhateverPhiIs()
    {
        using var scope = NewDisposeScope();
        var dm = new DmOptimizer(new() { Hidden = [3], OutputScale = 1 });
        var problem = Bowl();
        var theta = problem.InitialTheta();
        var state = Teacher.Init(problem.Layout, theta, default);
        for (var step = 0; step < 2 * 4 * 2; step++)
        {
            var gradient = problem.Minibatch(step, 0).WithGradient(theta).Gradient;
            (var update, state) = Teacher.Step(new ConstantGradient(gradient), theta, state);
            theta = theta + update;
        }

        var phi = dm.InitialPhi(RandomStreams.FromSeed(1));
        var end = Run(dm, phi, Run(dm, phi, start: null, teacherSteps: 2).End, teacherSteps: 2).End;

        Assert.Equal(theta.data<double>().ToArray(), end.Theta.data<double>().ToArray());
        Assert.Equal(16, end.Step);
    }

    [Fact]
    public void AStudentThatIsItsTeacherHasNothingToLearn()
    {
        using var scope = NewDisposeScope();
        var student = new LinearRule();

        var result = Imitation.ByCotangents(
            student, tensor(new[] { 0.2 }), new Sgd(new() { LearningRate = 0.2 }), 1, Plan(), Begin());

        Assert.Equal(0, result.MetaLoss, 1e-30);
        Assert.Equal(0, result.MetaGradient.item<double>(), 1e-15);
    }

    // With updates -phi g and -eta g the loss is sum |g|^2 (phi - eta)^2 / (2 N), along the teacher's path.
    [Fact]
    public void TheImitationLossOfALinearRuleIsTheClosedForm()
    {
        using var scope = NewDisposeScope();
        const double phi = 0.2, eta = 0.5, a = 0.7, x0 = 1.3;
        var problem = new FunctionOptimizee(x => 0.5 * a * x.square().sum(), [x0]);
        var squares = Enumerable.Range(0, 4).Sum(t => Math.Pow(a * x0 * Math.Pow(1 - (eta * a), t), 2));

        var result = Imitation.ByCotangents(
            new LinearRule(),
            tensor(new[] { phi }),
            new Sgd(new() { LearningRate = eta }),
            1,
            new(problem.Layout, problem, default, 4, new(MetaLossForm.Mean), UnrollRegularizer.None),
            new(0, problem.InitialTheta(), Optimizer: null));

        Assert.Equal(squares * (phi - eta) * (phi - eta) / 2, result.MetaLoss, 1e-12);
        Assert.Equal(squares * (phi - eta), result.MetaGradient.item<double>(), 1e-12);
    }

    private static UnrollResult Run(ILearnedOptimizer optimizer, Tensor phi, UnrollState? start, int teacherSteps = 1) =>
        Imitation.ByCotangents(optimizer, phi, Teacher, teacherSteps, Plan(), start ?? Begin());

    private static UnrollPlan Plan() =>
        new(Bowl().Layout, Bowl(), default, 4, new(MetaLossForm.Mean), UnrollRegularizer.None);

    private static UnrollState Begin() => new(0, Bowl().InitialTheta(), Optimizer: null);

    private static FunctionOptimizee Bowl() =>
        new(x => (tensor(new[] { 1.0, 3.0, 0.5 }) * x.square()).sum() + 0.1, [0.8, -0.6, 1.1]);
}
