namespace L2O.Evaluation;

/// <summary>What every step's minibatch loss comes to, whichever steps are recorded: the mean, and when targets are reached.</summary>
/// <param name="targets">Losses whose first crossing counts.</param>
internal sealed class LossTally(IReadOnlyList<double> targets)
{
    private const int WindowLength = 20;

    private readonly Queue<double> _window = new(WindowLength);
    private readonly List<TargetCrossing> _crossings = [];
    private double _sum;
    private long _count;

    /// <summary>Over all steps so far; infinite where a loss was not finite.</summary>
    internal double Mean => double.IsFinite(_sum) ? _sum / _count : double.PositiveInfinity;

    /// <summary>Of the targets reached so far, the first crossings.</summary>
    internal IReadOnlyList<TargetCrossing> Crossings => _crossings;

    /// <summary>Adds the next step's loss.</summary>
    /// <param name="step">Steps made before.</param>
    /// <param name="loss">On its minibatch.</param>
    /// <param name="seconds">Spent optimizing so far.</param>
    internal void Add(long step, double loss, double seconds)
    {
        _sum += loss;
        _count++;
        if (_window.Count == WindowLength)
        {
            _window.Dequeue();
        }

        _window.Enqueue(loss);

        // A single minibatch, or the first few, may be below a target by luck.
        if (_window.Count == WindowLength)
        {
            var mean = _window.Average();
            _crossings.AddRange(targets
                .Where(target => mean <= target && _crossings.All(crossing => crossing.Target != target))
                .Select(target => new TargetCrossing(target, step, seconds))
                .ToArray());
        }
    }
}
