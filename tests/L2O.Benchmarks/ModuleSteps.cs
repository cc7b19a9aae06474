using L2O.Checkpoints;
using L2O.Modules;
using L2O.Optimizers;
using L2O.Randomness;
using L2O.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace L2O.Benchmarks;

/// <summary>One step of a module's parameters, gradients known: a trained optimizer in place of Adam, and its kernel alone.</summary>
internal static class ModuleSteps
{
    private const int Repeats = 50;

    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(3);

    internal static void Print()
    {
        foreach (long[] sizes in new[] { [784, 20, 10], [784, 100, 100, 10], new long[] { 784, 500, 500, 10 } })
        {
            using var scope = NewDisposeScope();
            using var model = Model(sizes);
            using var other = Model(sizes);
            using var adam = optim.Adam(model.parameters());
            using LearnedOptimizer learned = new(other.parameters(), "pretrained:rnnprop-small");
            var times = Interleaved.Measure(
                [
                    new("torch.optim.Adam", 1, Repeated(() => adam.step()), Repeats),
                    new("LearnedOptimizer", 1, Repeated(() => learned.step()), Repeats),
                    new("its kernel alone", 1, Repeated(Kernel(other)), Repeats),
                ],
                Budget);
            Console.WriteLine($"{string.Join('-', sizes)}, {model.parameters().Sum(parameter => parameter.NumberOfElements):N0} parameters: "
                + string.Join(", ", times.Select(time => $"{time.Name} {time.Minimum * 1e6:F0} us (median {time.Median * 1e6:F0})")));
        }
    }

    private static Action Repeated(Action step) => () =>
    {
        for (var i = 0; i < Repeats; i++)
        {
            step();
        }
    };

    private static Sequential Model(long[] sizes)
    {
        var model = nn.Sequential([.. sizes.Skip(1).Select((size, i) => ($"linear{i}", (nn.Module<Tensor, Tensor>)nn.Linear(sizes[i], size)))]);
        model.call(randn(8, sizes[0])).square().mean().backward();
        return model;
    }

    private static Action Kernel(Sequential model)
    {
        var rule = TrainedOptimizer.Load("pretrained:rnnprop-small", new(CPU, float32)).Optimizer;
        var theta = cat([.. model.parameters().Select(parameter => parameter.detach().reshape(-1))]);
        var gradient = cat([.. model.parameters().Select(parameter => parameter.grad!.reshape(-1))]);
        var state = rule.Init(new([new ParameterShape("all", theta.NumberOfElements)]), theta, RandomStreams.FromSeed(0));
        var update = empty_like(theta);
        return () => (_, state) = rule.StepInPlace(new ConstantGradient(gradient), theta, state, update);
    }
}
