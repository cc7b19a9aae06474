using static TorchSharp.torch;

namespace L2O.MetaTraining;

/// <summary>One of the tasks of staggered meta-training.</summary>
/// <param name="Instance">Which optimizee instance of the run it is at.</param>
/// <param name="Episode">Where that is; null before its first unroll.</param>
public sealed record TaskSlot(long Instance, EpisodeState? Episode)
{
    /// <summary>The same slot with every tensor replaced, visited in a fixed order.</summary>
    public TaskSlot Map(Func<Tensor, Tensor> replace) => this with { Episode = Episode?.Map(replace) };
}

/// <summary>
/// Staggered meta-training: a task goes on with its instance from meta-iteration to meta-iteration. Of a run of K unrolls the
/// s-th of T tasks is floor(s K / T) unrolls ahead of the first, always: what begins late, at the start or after a divergence,
/// is so much shorter.
/// </summary>
/// <param name="options">Lengths, tasks.</param>
internal sealed class TaskSlots(MetaOptions options)
{
    private int UnrollCount => options.Steps / options.Unroll;

    /// <summary>Before the first unroll; none where meta-training is not staggered.</summary>
    internal IReadOnlyList<TaskSlot> Start() => options.Staggered
        ? [.. Enumerable.Range(0, options.Tasks).Select(task => new TaskSlot(task, Episode: null))]
        : [];

    /// <summary>Which unroll of its run a task is at, while the meta-iteration is at one of its own.</summary>
    internal int UnrollOf(int task, int unroll) => (int)((unroll + ((long)task * UnrollCount / options.Tasks)) % UnrollCount);

    /// <summary>After one unroll of every task: runs that are done, or of no use, give way to new instances.</summary>
    /// <param name="slots">Before it.</param>
    /// <param name="unroll">Of the meta-iteration.</param>
    /// <param name="ends">Where the tasks are; null for one that is given up.</param>
    internal IReadOnlyList<TaskSlot> Next(IReadOnlyList<TaskSlot> slots, int unroll, IReadOnlyList<EpisodeState?> ends)
    {
        var free = slots.Max(slot => slot.Instance) + 1;
        return
        [
            .. slots.Select((slot, task) => ends[task] is { } end && UnrollOf(task, unroll) + 1 < UnrollCount
                ? slot with { Episode = end }
                : new(free++, Episode: null)),
        ];
    }
}
