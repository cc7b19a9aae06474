#:package L2O.Core@0.2.0
#:package libtorch-cpu-linux-x64@2.10.0

// A trained optimizer in place of Adam, on a small network of one's own: which quarters of the plane are which.
// On other systems libtorch-cpu-win-x64 or libtorch-cpu-osx-arm64.
using L2O.Modules;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

const int seeds = 5;
const int steps = 300;
set_num_threads(1); // tensors as small as these gain nothing by more

(string Name, Func<Sequential, optim.Optimizer> Make)[] optimizers =
[
    ("Adam, learning rate 0.001", model => optim.Adam(model.parameters())),
    ("Adam, learning rate 0.01", model => optim.Adam(model.parameters(), lr: 0.01)),
    ("pretrained:rnnprop-small", model => new LearnedOptimizer(model.parameters(), "pretrained:rnnprop-small")),
];

Console.WriteLine($"Means of {seeds} seeds after {steps} steps: training loss, test accuracy");
foreach (var (name, make) in optimizers)
{
    var (loss, accuracy) = (0.0, 0.0);
    for (var seed = 1; seed <= seeds; seed++)
    {
        var (itsLoss, itsAccuracy) = Train(make, seed);
        (loss, accuracy) = (loss + (itsLoss / seeds), accuracy + (itsAccuracy / seeds));
    }

    Console.WriteLine($"{name,-26} {loss:F3} {accuracy:P1}");
}

static (double Loss, double Accuracy) Train(Func<Sequential, optim.Optimizer> make, int seed)
{
    using var scope = NewDisposeScope();
    manual_seed(seed);
    var (inputs, labels) = Examples(1000);
    var (testInputs, testLabels) = Examples(1000);
    using var model = nn.Sequential(nn.Linear(2, 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, 2));
    using var optimizer = make(model);
    for (var step = 0; step < steps; step++)
    {
        using var inner = NewDisposeScope();
        var batch = randint(inputs.shape[0], 64, dtype: int64);
        optimizer.zero_grad();
        nn.functional.cross_entropy(model.call(inputs[batch]), labels[batch]).backward();
        optimizer.step();
    }

    return (nn.functional.cross_entropy(model.call(inputs), labels).item<float>(),
        (model.call(testInputs).argmax(1) == testLabels).to(float32).mean().item<float>());
}

static (Tensor Inputs, Tensor Labels) Examples(int count)
{
    var inputs = (rand(count, 2) * 2) - 1;
    return (inputs, (inputs[TensorIndex.Colon, 0] * inputs[TensorIndex.Colon, 1] > 0).to(int64));
}
