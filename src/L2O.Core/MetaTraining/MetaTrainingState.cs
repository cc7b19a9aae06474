using L2O.Optimizers;
using static TorchSharp.torch;

namespace L2O.MetaTraining;

/// <summary>
/// Meta-training between two unrolls: values only, so that a run that continues from them is the run that was never
/// interrupted.
/// </summary>
/// <param name="Phi">[P], the learned optimizer's parameters.</param>
/// <param name="MetaOptimizer">State of the rule that trains phi.</param>
public sealed record MetaTrainingState(Tensor Phi, OptimizerState MetaOptimizer)
{
    /// <summary>Meta-iterations completed.</summary>
    public long Iteration { get; init; }

    /// <summary>Unrolls completed in the current meta-iteration.</summary>
    public int Unroll { get; init; }

    /// <summary>Where the optimizee is; null between meta-iterations.</summary>
    public UnrollState? Episode { get; init; }

    /// <summary>Loss at the start of the meta-iteration; only the logarithmic meta-loss looks at it.</summary>
    public double Reference { get; init; } = 1;

    /// <summary>Meta-updates left out so far because the meta-gradient was not finite.</summary>
    public long Skipped { get; init; }

    /// <summary>How many of them came one after the other, up to now.</summary>
    public int SkippedInARow { get; init; }

    /// <summary>Meta-iterations completed at the last validation; -1 before the first.</summary>
    public long ValidatedIteration { get; init; } = -1;

    /// <summary>The lowest validation score so far.</summary>
    public double BestValidation { get; init; } = double.PositiveInfinity;

    /// <summary>Every tensor in it, in a fixed order.</summary>
    public IReadOnlyList<Tensor> Tensors
    {
        get
        {
            List<Tensor> tensors = [];
            Map(tensor =>
            {
                tensors.Add(tensor);
                return tensor;
            });
            return tensors;
        }
    }

    /// <summary>The same state with every tensor replaced, visited in a fixed order.</summary>
    public MetaTrainingState Map(Func<Tensor, Tensor> replace) => this with
    {
        Phi = replace(Phi),
        MetaOptimizer = MetaOptimizer.Map(replace),
        Episode = Episode is null
            ? null
            : new(
                Episode.Step,
                replace(Episode.Theta),
                Episode.Optimizer?.Map(replace),
                Episode.Memory is null ? null : replace(Episode.Memory)),
    };
}

/// <summary>What one unroll did, a row of the run's table.</summary>
/// <param name="Iteration">Meta-iteration, from 0.</param>
/// <param name="Unroll">Within the meta-iteration, from 0.</param>
/// <param name="Optimizee">Name of the optimizee.</param>
/// <param name="MetaLoss">The objective, without regularizer.</param>
/// <param name="FinalLoss">Loss at the last theta.</param>
/// <param name="Regularizer">What the regularizer did.</param>
/// <param name="GradientNorm">2-norm of the meta-gradient, before clipping.</param>
/// <param name="Skipped">Whether the meta-update was left out.</param>
public sealed record UnrollReport(
    long Iteration,
    int Unroll,
    string Optimizee,
    double MetaLoss,
    double FinalLoss,
    RegularizerLedger Regularizer,
    double GradientNorm,
    bool Skipped);

/// <summary>How well phi does on one optimizee's Validation split.</summary>
/// <param name="Optimizee">Name of the optimizee.</param>
/// <param name="MeanFinalLoss">Mean over the episodes; not finite where one diverged.</param>
/// <param name="MeanInitialLoss">Mean over the same episodes before training.</param>
public sealed record ValidationScore(string Optimizee, double MeanFinalLoss, double MeanInitialLoss);
