using L2O.Optimizers;
using L2O.Randomness;
using L2O.Runtime;
using L2O.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace L2O.Modules;

/// <summary>Parameters of a group that had their first gradients at the same step: to the rule, one flat vector. Owns its state.</summary>
/// <param name="rules">For the devices and types that they come to have.</param>
/// <param name="members">Their places in the group, in order.</param>
/// <param name="shapes">Their shapes.</param>
internal sealed class ParameterBlock(TrainedRules rules, IReadOnlyList<int> members, IEnumerable<long[]> shapes) : IDisposable
{
    private static readonly RandomStreams Streams = RandomStreams.FromSeed(0);

    private readonly ParameterLayout _layout = new(shapes.Select((shape, i) => new ParameterShape($"{i}", shape)));

    private TensorOptions? _options;
    private Tensor? _update;

    /// <summary>Their places in the group, in order.</summary>
    internal IReadOnlyList<int> Members => members;

    /// <summary>What the rule remembers; null before the first step.</summary>
    internal RuleState? State { get; private set; }

    /// <summary>Moves those that have a gradient. One that has none counts as one with a gradient of 0, but stays where it is.</summary>
    /// <param name="group">All parameters of the group.</param>
    /// <param name="factor">Of the rule's updates.</param>
    internal void Step(IReadOnlyList<Parameter> group, double factor)
    {
        using var scope = NewDisposeScope();
        var parameters = Of(group);
        var gradients = Array.ConvertAll(parameters, parameter => parameter.grad);
        if (Array.TrueForAll(gradients, gradient => gradient is null))
        {
            return;
        }

        var options = OptionsFor(parameters);
        var theta = Join(parameters, options);
        var gradient = Join([.. gradients.Zip(parameters, (known, parameter) => known ?? zeros_like(parameter))], options);
        var rule = rules.At(options);
        var state = State ?? rule.Init(_layout, theta, Streams);
        var (update, next) = rule.StepInPlace(new ConstantGradient(gradient), theta, state, _update);
        var parts = _layout.Split(update);
        for (var i = 0; i < parts.Length; i++)
        {
            if (gradients[i] is not null)
            {
                parameters[i].add_(parts[i].to(parameters[i].device), alpha: factor);
            }
        }

        Keep(next, update);
    }

    /// <summary>Goes on from a state of the same rule and of parameters of the same shapes; its tensors are copied.</summary>
    /// <exception cref="InvalidDataException">It is another rule's, or of other shapes.</exception>
    internal void Restore(IReadOnlyList<Parameter> group, long stepCount, IReadOnlyList<Tensor> tensors)
    {
        using var scope = NewDisposeScope();
        var parameters = Of(group);
        var options = OptionsFor(parameters);
        var start = rules.At(options).Init(_layout, Join(parameters, options), Streams);
        if (start.Tensors.Count != tensors.Count
            || start.Tensors.Zip(tensors).Any(pair => !pair.First.shape.AsSpan().SequenceEqual(pair.Second.shape)))
        {
            throw new InvalidDataException($"the state is not of {rules.Name}, or of other parameters; load one that this optimizer saved");
        }

        var next = 0;
        Keep(start.Map(tensor => tensors[next++].to(tensor.dtype, tensor.device).clone()) with { StepCount = stepCount }, update: null);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        TensorLoop.Free(Kept(State, _update), except: []);
        (State, _update) = (null, null);
    }

    // Where the parameters are, and their type: float32 but where all are float64. What is remembered follows them; a state that only the
    // kernels of a device and type can read stays where it is, and the steps are computed there.
    private TensorOptions OptionsFor(Parameter[] parameters)
    {
        TensorOptions now = new(
            parameters[0].device, Array.TrueForAll(parameters, parameter => parameter.dtype == float64) ? float64 : float32);
        if (_options is { } before
            && (before.Type, before.Device.type, before.Device.index) == (now.Type, now.Device.type, now.Device.index))
        {
            return before;
        }

        if (State is not null)
        {
            var start = rules.At(now).Init(_layout, Join(parameters, now), Streams);
            if (start.GetType() != State.GetType())
            {
                return _options ?? now;
            }

            var next = 0;
            Keep(State.Map(tensor => tensor.to(start.Tensors[next++].dtype, now.Device)), update: null);
        }

        _options = now;
        return now;
    }

    // The rule may have written where the old ones were, or hand these on.
    private void Keep(RuleState next, Tensor? update)
    {
        var kept = Kept(next, update);
        TensorLoop.Free(Kept(State, _update), except: kept);
        foreach (var tensor in kept)
        {
            tensor.DetachFromDisposeScope();
        }

        (State, _update) = (next, update);
    }

    private Parameter[] Of(IReadOnlyList<Parameter> group) => [.. members.Select(member => group[member])];

    private static IReadOnlyList<Tensor> Kept(RuleState? state, Tensor? update) =>
        [.. state?.Tensors ?? [], .. update is null ? Array.Empty<Tensor>() : [update]];

    private static Tensor Join(IReadOnlyList<Tensor> parts, TensorOptions options) =>
        cat([.. parts.Select(part => options.Convert(part.detach()).reshape(-1))]);
}
