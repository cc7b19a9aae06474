using L2O.Data;
using L2O.Randomness;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace L2O.Tests.Support;

/// <summary>Trains reference models, to show how hard a data set is.</summary>
internal static class Training
{
    /// <summary>Softmax regression.</summary>
    internal static Sequential Linear(Dataset data) =>
        nn.Sequential(nn.Flatten(), nn.Linear(data.InputShape.Aggregate(1L, (product, size) => product * size), 10));

    /// <summary>Two convolutions and an affine layer.</summary>
    internal static Sequential ConvNet(Dataset data) => nn.Sequential(
        nn.Conv2d(data.InputShape[0], 8, 3, stride: 1, padding: 1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3, stride: 1, padding: 1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(16 * data.InputShape[1] / 4 * data.InputShape[2] / 4, 10));

    /// <summary>Accuracy on Test after Adam on minibatches of 64 of Train; the learning rate falls linearly to 0.</summary>
    internal static double TestAccuracy(Sequential model, Dataset data, double learningRate, int stepCount)
    {
        using var optimizer = optim.Adam(model.parameters(), learningRate);
        var streams = RandomStreams.FromSeed(5);
        for (var step = 0; step < stepCount; step++)
        {
            using var scope = NewDisposeScope();
            foreach (var group in optimizer.ParamGroups)
            {
                group.LearningRate = learningRate * (stepCount - step) / stepCount;
            }

            var train = data[Split.Train];
            var (inputs, labels) = Minibatch.Of(train, Minibatch.Indices(train.Count, 64, streams.At("minibatch", step)));
            optimizer.zero_grad();
            nn.functional.cross_entropy(model.call(inputs), labels).backward();
            optimizer.step();
        }

        using var measured = NewDisposeScope();
        using var noGradient = no_grad();
        var test = data[Split.Test];
        return model.call(test.Inputs).argmax(1).eq(test.Labels).to(float64).mean().item<double>();
    }
}
