using L2O.Data;
using L2O.Optimizees.Networks.Fused;
using L2O.Randomness;
using L2O.Runtime;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Optimizees.Networks;

/// <summary>A network as a function of flat parameters.</summary>
public interface INetwork
{
    /// <summary>The parameters theta.</summary>
    ParameterLayout Layout { get; }

    /// <summary>Where training starts: [N], float64 on the CPU.</summary>
    Tensor InitialTheta(RandomStreams streams);

    /// <summary>Class scores before the softmax: [batch, classes].</summary>
    /// <param name="theta">[N].</param>
    /// <param name="inputs">[batch, channels, height, width].</param>
    Tensor Logits(Tensor theta, Tensor inputs);

    /// <summary>
    /// Class scores at theta that do not depend on what else is in the batch: a network that normalizes by the
    /// statistics of its batch takes those of reference examples instead.
    /// </summary>
    /// <param name="theta">[N]; must live as long as the result is used.</param>
    /// <param name="reference">Training examples [n, channels, height, width].</param>
    /// <returns>A function from inputs to class scores; the statistics it holds belong to the caller's scope.</returns>
    Func<Tensor, Tensor> LogitsGiven(Tensor theta, Tensor reference) => inputs => Logits(theta, inputs);
}

/// <summary>A network that differentiates its own loss, faster than a recorded graph.</summary>
public interface IDifferentiatedNetwork : INetwork
{
    /// <summary>The mean cross-entropy on a minibatch and its gradient [N], both without a graph.</summary>
    (Tensor Loss, Tensor Gradient) CrossEntropyWithGradient(Tensor theta, Minibatch minibatch);
}

/// <summary>A network that computes its loss from where examples are, without copying them.</summary>
internal interface IInPlaceNetwork : INetwork
{
    /// <summary>What does; null where these examples cannot be read in place.</summary>
    FusedPerceptron? KernelFor(Examples examples);
}

/// <summary>A network trained to classify a data set by mean cross-entropy on minibatches.</summary>
/// <param name="network">Maps images to class scores.</param>
/// <param name="data">Owned by the caller.</param>
/// <param name="batchSize">Examples in a minibatch.</param>
/// <param name="tensorOptions">Where theta is made; the data is there already.</param>
public sealed class Classifier(INetwork network, Dataset data, int batchSize, TensorOptions tensorOptions) : IOptimizee
{
    // Large enough to keep the device busy, small enough that a layer of a deep network stays below what the heap keeps for
    // the next (NativeHeap).
    private const int MeasuredTogether = 100;
    private const int MeasuredTogetherInPlace = 1000;

    // Normalization uses the statistics of the first training examples at the theta being measured: they depend on
    // theta alone, and no example of another split enters them.
    private const int ReferenceCount = 1000;

    // The size of the usual test split: enough for three digits of accuracy, at a fraction of the whole split's cost.
    private const int MeasuredOfTrain = 10_000;

    /// <inheritdoc/>
    public ParameterLayout Layout => network.Layout;

    /// <summary>What an instance is trained on.</summary>
    public TrainingSet TrainingSet { get; init; } = TrainingSet.Whole;

    /// <summary>Whether every instance holds a fifth of its training examples out of its training.</summary>
    private bool IsHoldingOut { get; init; }

    /// <inheritdoc/>
    public IEpisode Start(RandomStreams streams)
    {
        var own = TrainingSet.Draw(AllOfTrain, data.ClassCount, streams);
        return new Episode(
            this, streams, own, IsHoldingOut ? HeldOutExamples.Draw(own ?? AllOfTrain, streams) : null);
    }

    /// <inheritdoc/>
    public IOptimizee? HoldingOut() => (TrainingSet.Count ?? AllOfTrain.Count) < HeldOutExamples.LeastCount
        ? null
        : new Classifier(network, data, batchSize, tensorOptions) { TrainingSet = TrainingSet, IsHoldingOut = true };

    private Examples AllOfTrain => data[Split.Train];

    private int BatchSize => batchSize;

    private Tensor InitialTheta(RandomStreams streams)
    {
        using var scope = NewDisposeScope();
        return tensorOptions.Convert(network.InitialTheta(streams.At("theta"))).MoveToOuterDisposeScope();
    }

    private ILoss TrainLoss(Examples train, long examples)
    {
        var count = Math.Min(examples, train.Count);
        Minibatch First() => new(train.Inputs.narrow(0, 0, count), train.Labels.narrow(0, 0, count));
        return KernelFor(train) is { } kernel
            ? new InPlaceLoss(kernel, network, train, [.. Enumerable.Range(0, (int)count)], First)
            : CopiedLoss(First());
    }

    private ILoss LossOn(Examples train, int[] indices)
    {
        Minibatch Copies() => Data.Minibatch.Of(train, indices);
        return KernelFor(train) is { } kernel
            ? new InPlaceLoss(kernel, network, train, indices, Copies)
            : CopiedLoss(Copies());
    }

    private FusedPerceptron? KernelFor(Examples examples) => (network as IInPlaceNetwork)?.KernelFor(examples);

    private ILoss CopiedLoss(Minibatch minibatch) => network is IDifferentiatedNetwork differentiated
        ? new DifferentiatedLoss(differentiated, minibatch)
        : new MinibatchLoss(network, minibatch);

    private Measurement Measure(Examples train, Tensor theta, Split split, CancellationToken cancel)
    {
        using var work = NumericWork.Begin();
        using var noGradient = no_grad();
        var examples = split == Split.Train ? train : data[split];
        var total = split == Split.Train ? Math.Min(MeasuredOfTrain, examples.Count) : examples.Count;
        if (KernelFor(examples) is { } kernel)
        {
            return MeasureInPlace(kernel, theta, examples, total, cancel);
        }

        var reference = train.Inputs;
        var logitsOf = network.LogitsGiven(theta, reference.narrow(0, 0, Math.Min(ReferenceCount, reference.shape[0])));
        using var sums = zeros(3, dtype: float64, device: theta.device);
        using TensorLoop loop = new();
        for (long start = 0; start < total; start += MeasuredTogether)
        {
            cancel.ThrowIfCancellationRequested();
            NumericWork.SafePoint();
            var count = Math.Min(MeasuredTogether, total - start);
            var labels = examples.Labels.narrow(0, start, count);
            var logits = logitsOf(examples.Inputs.narrow(0, start, count));
            var losses = nn.functional.cross_entropy(logits, labels, reduction: nn.Reduction.None).to(float64);
            var correct = logits.argmax(1).eq(labels).sum().to(float64);
            sums.add_(stack([losses.sum(), losses.square().sum(), correct]));
            loop.FreeAllBut([]);
        }

        var read = ScalarTensor.Values([.. sums.unbind(0)]);
        return MeasurementOf(read[0], read[1], (long)read[2], total);
    }

    private static Measurement MeasureInPlace(
        FusedPerceptron kernel, Tensor theta, Examples examples, long total, CancellationToken cancel)
    {
        double loss = 0, squares = 0;
        long correct = 0;
        foreach (var indices in Enumerable.Range(0, (int)total).Chunk(MeasuredTogetherInPlace))
        {
            cancel.ThrowIfCancellationRequested();
            NumericWork.SafePoint();
            var tally = kernel.Tally(theta, examples, indices);
            loss += tally.Loss;
            squares += tally.Squares;
            correct += tally.CorrectCount;
        }

        return MeasurementOf(loss, squares, correct, total);
    }

    private static Measurement MeasurementOf(double loss, double squares, long correct, long total)
    {
        var (mean, accuracy) = (loss / total, (double)correct / total);
        return new(mean, accuracy)
        {
            LossError = Math.Sqrt(Math.Max(0, (squares / total) - (mean * mean)) / total),
            AccuracyError = Math.Sqrt(accuracy * (1 - accuracy) / total),
        };
    }

    private sealed class Episode(Classifier classifier, RandomStreams streams, Examples? own, HeldOutExamples? heldOut)
        : IEpisode
    {
        private readonly Examples _train = own ?? classifier.AllOfTrain;

        public Tensor InitialTheta() => classifier.InitialTheta(streams);

        public ILoss Minibatch(long step, long draw) => Draw(heldOut?.Rest, streams.At("minibatch", step, draw));

        public ILoss HeldOutMinibatch(long step, long draw) => Draw(
            heldOut?.HeldOut ?? throw new InvalidOperationException("holds no examples out"),
            streams.At("held_out_minibatch", step, draw));

        public ILoss TrainLoss(long examples)
        {
            using var rest = heldOut?.FirstOfRest(_train, examples);
            return classifier.TrainLoss(rest ?? _train, examples);
        }

        public Measurement Measure(Tensor theta, Split split, CancellationToken cancel = default)
        {
            using var rest = heldOut?.FirstOfRest(_train, MeasuredOfTrain);
            return classifier.Measure(rest ?? _train, theta, split, cancel);
        }

        public void Dispose()
        {
            own?.Dispose();
        }

        private ILoss Draw(int[]? among, RandomStreams at)
        {
            var places = Data.Minibatch.Indices(among?.Length ?? _train.Count, classifier.BatchSize, at);
            return classifier.LossOn(_train, among is null ? places : [.. places.Select(place => among[place])]);
        }
    }

    private static Tensor CrossEntropy(INetwork network, Minibatch minibatch, Tensor theta)
    {
        using var scope = NewDisposeScope();
        var logits = network.Logits(theta, minibatch.Inputs);
        return nn.functional.cross_entropy(logits, minibatch.Labels).MoveToOuterDisposeScope();
    }

    private sealed class MinibatchLoss(INetwork network, Minibatch minibatch) : ILoss
    {
        public Tensor At(Tensor theta) => CrossEntropy(network, minibatch, theta);
    }

    /// <summary>By a kernel, but where a graph is asked for: that sees copies.</summary>
    private sealed class InPlaceLoss(
        FusedPerceptron kernel, INetwork network, Examples examples, int[] indices, Func<Minibatch> copies) : ILoss
    {
        public Tensor At(Tensor theta)
        {
            using var scope = NewDisposeScope();
            return (theta.requires_grad
                ? CrossEntropy(network, copies(), theta)
                : tensor(kernel.Tally(theta, examples, indices).Loss / indices.Length, dtype: theta.dtype)).MoveToOuterDisposeScope();
        }

        public (Tensor Value, Tensor Gradient) WithGradient(Tensor theta)
        {
            var (loss, gradient) = kernel.LossWithGradient(theta, examples, indices);
            return (tensor(loss, dtype: theta.dtype), gradient);
        }

        public ICurvature CurvatureAt(Tensor theta) => new InPlaceCurvature(kernel, theta, examples, indices);
    }

    private sealed class InPlaceCurvature(FusedPerceptron kernel, Tensor theta, Examples examples, int[] indices) : ICurvature
    {
        public Tensor TimesVector(Tensor v) => kernel.TimesVector(theta, v, examples, indices);

        public (Tensor Product, Tensor FormGradient) TimesVectorWithGradient(Tensor v) =>
            kernel.TimesVectorWithGradient(theta, v, examples, indices);
    }

    private sealed class DifferentiatedLoss(IDifferentiatedNetwork network, Minibatch minibatch) : ILoss
    {
        public Tensor At(Tensor theta) => CrossEntropy(network, minibatch, theta);

        public (Tensor Value, Tensor Gradient) WithGradient(Tensor theta) =>
            network.CrossEntropyWithGradient(theta, minibatch);
    }
}
