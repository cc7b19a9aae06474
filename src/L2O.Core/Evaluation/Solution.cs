using L2O.Optimizees;
using L2O.Randomness;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Evaluation;

/// <summary>Where a run ended.</summary>
/// <param name="Episode">What was optimized.</param>
/// <param name="Layout">Of theta.</param>
/// <param name="Theta">[N]; of a diverged run the last point before it was given up.</param>
/// <param name="Streams">The run's random numbers, the same for every optimizer under one seed.</param>
/// <param name="IsDiverged">Whether the run ended before its last step, or there.</param>
public sealed record Solution(
    IEpisode Episode, ParameterLayout Layout, Tensor Theta, RandomStreams Streams, bool IsDiverged);
