namespace L2O.Experiments.Comparing;

/// <summary>Counts steps that several threads make, and reports them one at a time.</summary>
internal sealed class StepCounter
{
    private readonly Lock _lock = new();
    private readonly Action<long, string> _report;
    private long _done;

    /// <summary>Starts with what an earlier run did.</summary>
    internal StepCounter(Action<long, string> report, long done)
    {
        _report = report;
        Add(done, "");
    }

    /// <summary>Counts for one cell.</summary>
    /// <param name="title">What the cell is.</param>
    /// <param name="steps">The most that it makes.</param>
    internal Cell For(string title, long steps) => new(this, title, steps);

    /// <summary>Counts for nobody.</summary>
    internal static Cell None => new StepCounter((_, _) => { }, 0).For("", 0);

    private void Add(long steps, string title)
    {
        lock (_lock)
        {
            _report(_done += steps, title);
        }
    }

    /// <summary>The steps of one cell.</summary>
    internal sealed class Cell(StepCounter counter, string title, long steps)
    {
        private long _left = steps;

        internal void CountOne()
        {
            Interlocked.Decrement(ref _left);
            counter.Add(1, title);
        }

        /// <summary>Shows what is being done, where that is no step.</summary>
        internal void Show(string note) => counter.Add(0, $"{title}: {note}");

        /// <summary>Counts the steps that diverged runs left out.</summary>
        internal void CountRest() => counter.Add(Interlocked.Exchange(ref _left, 0), title);
    }
}
