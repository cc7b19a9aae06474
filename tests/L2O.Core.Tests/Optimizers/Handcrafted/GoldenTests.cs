using System.Globalization;
using System.Text.Json;
using L2O.Optimizers;
using L2O.Optimizers.Handcrafted;
using L2O.Tensors;
using L2O.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Optimizers.Handcrafted;

public sealed class GoldenTests
{
    private static readonly FunctionLoss Rosenbrock =
        new(theta => (1 - theta[0]).square() + (100 * (theta[1] - theta[0].square()).square()));

    [Theory]
    [InlineData("sgd")]
    [InlineData("momentum")]
    [InlineData("nesterov")]
    [InlineData("adam")]
    [InlineData("adamw")]
    [InlineData("rmsprop")]
    [InlineData("adagrad")]
    [InlineData("sam")]
    public void TheLossesOnRosenbrockAreTheGoldenOnes(string kind)
    {
        using var scope = NewDisposeScope();
        var golden = Golden.Read($"handcrafted_{kind}");
        var optimizer = Create(golden.GetProperty("optimizer"));
        var expected = golden.GetProperty("expected").GetProperty("loss_after").EnumerateObject()
            .ToDictionary(p => int.Parse(p.Name, CultureInfo.InvariantCulture), p => p.Value.GetDouble());
        var theta = tensor(Golden.Doubles(golden.GetProperty("start")));
        var gradients = new LossGradients(Rosenbrock);

        var state = optimizer.Init(new([new("x", 2)]), theta, default);
        for (var step = 1; step <= expected.Keys.Max(); step++)
        {
            (var update, state) = optimizer.Step(gradients, theta, state);
            theta = theta + update;
            if (expected.TryGetValue(step, out var loss))
            {
                Golden.AssertClose([loss], Rosenbrock.At(theta), 1e-9);
            }
        }

        Golden.AssertClose(Golden.Doubles(golden.GetProperty("expected").GetProperty("final")), theta, 1e-9);
    }

    private static IOptimizer Create(JsonElement options)
    {
        double Number(string key, double otherwise = double.NaN) =>
            options.TryGetProperty(key, out var value) ? value.GetDouble() : otherwise;

        var learningRate = Number("learning_rate");
        return options.GetProperty("kind").GetString() switch
        {
            "sgd" => new Sgd(new() { LearningRate = learningRate }),
            "momentum" => new Momentum(new() { LearningRate = learningRate, Momentum = Number("momentum") }),
            "nesterov" => new Nesterov(new() { LearningRate = learningRate, Momentum = Number("momentum") }),
            "adam" => new Adam(new()
            {
                LearningRate = learningRate,
                Beta1 = Number("beta1"),
                Beta2 = Number("beta2"),
                Epsilon = Number("epsilon"),
            }),
            "adamw" => new Adam(new AdamWOptions
            {
                LearningRate = learningRate,
                Beta1 = Number("beta1"),
                Beta2 = Number("beta2"),
                Epsilon = Number("epsilon"),
                WeightDecay = Number("weight_decay"),
            }),
            "rmsprop" => new RmsProp(new()
            {
                LearningRate = learningRate,
                Decay = Number("decay"),
                Epsilon = Number("epsilon"),
            }),
            "adagrad" => new Adagrad(new() { LearningRate = learningRate, Epsilon = Number("epsilon") }),
            "sam" => new Sam(new SamOptions { LearningRate = learningRate, Rho = Number("rho") }),
            var kind => throw new ArgumentException($"no rule for {kind}", nameof(options)),
        };
    }
}
