using L2O.Data;
using L2O.Randomness;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Optimizees;

/// <summary>What is being trained: a family of losses over one layout of parameters.</summary>
public interface IOptimizee
{
    /// <summary>The parameters theta.</summary>
    ParameterLayout Layout { get; }

    /// <summary>A new instance: a start, a sequence of minibatches and, for analytic problems, their constants.</summary>
    /// <param name="streams">Decide everything random in it; the same streams give the same episode.</param>
    IEpisode Start(RandomStreams streams);

    /// <summary>
    /// The same optimizee, each episode of which holds a fifth of its training examples out of training; null where it has
    /// fewer than five.
    /// </summary>
    IOptimizee? HoldingOut() => null;
}

/// <summary>One instance of an optimizee, from its start to the end of its training; owns the constants it drew.</summary>
public interface IEpisode : IDisposable
{
    /// <summary>Where training starts: [N], owned by the caller's scope.</summary>
    Tensor InitialTheta();

    /// <summary>The loss on one minibatch of the training examples; its tensors belong to the caller's scope.</summary>
    /// <param name="step">Optimizee step.</param>
    /// <param name="draw">0 for the step's own minibatch; other numbers for further, independent ones.</param>
    ILoss Minibatch(long step, long draw);

    /// <summary>Whether gradients of <see cref="Minibatch"/> are not those of its loss.</summary>
    bool IsDisturbed => false;

    /// <summary>The same examples' loss with its own gradient, where that of <see cref="Minibatch"/> is disturbed.</summary>
    /// <param name="step">Optimizee step.</param>
    /// <param name="draw">As for <see cref="Minibatch"/>.</param>
    ILoss UndisturbedMinibatch(long step, long draw) => Minibatch(step, draw);

    /// <summary>
    /// The loss on one minibatch of the training examples that the episode holds out of its training, undisturbed; its
    /// tensors belong to the caller's scope.
    /// </summary>
    /// <param name="step">Optimizee step.</param>
    /// <param name="draw">As for <see cref="Minibatch"/>.</param>
    /// <exception cref="InvalidOperationException">It holds none out.</exception>
    ILoss HeldOutMinibatch(long step, long draw) =>
        throw new InvalidOperationException("all training examples are trained on; start the optimizee's HoldingOut");

    /// <summary>
    /// The loss on the first examples of Train together, or on all where there are fewer; an analytic problem's loss is
    /// the same for any number. Its tensors belong to the caller's scope.
    /// </summary>
    /// <param name="examples">How many; a network that normalizes by its batch sees them as one batch.</param>
    ILoss TrainLoss(long examples);

    /// <summary>
    /// Loss and accuracy over the first examples of Train, at most 10,000, or over the whole of another split; an
    /// analytic problem's loss is the same on every split.
    /// </summary>
    /// <param name="theta">[N].</param>
    /// <param name="split">Test only to report, never to choose.</param>
    /// <param name="cancel">Checked before every batch of examples.</param>
    Measurement Measure(Tensor theta, Split split, CancellationToken cancel = default);
}

/// <summary>How good parameters are on a set of examples.</summary>
/// <param name="Loss">Mean loss over the examples.</param>
/// <param name="Accuracy">Fraction classified correctly; null if there are no classes.</param>
public sealed record Measurement(double Loss, double? Accuracy)
{
    /// <summary>Standard error of the loss over a sample of examples; 0 for an analytic problem.</summary>
    public double LossError { get; init; }

    /// <summary>Standard error of the accuracy over a sample of examples; null if there are no classes.</summary>
    public double? AccuracyError { get; init; }
}
