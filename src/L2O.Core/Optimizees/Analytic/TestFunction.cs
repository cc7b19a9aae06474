using L2O.Randomness;
using static TorchSharp.torch;

namespace L2O.Optimizees.Analytic;

/// <summary>
/// The classical test functions in two variables, shifted where needed so that none is negative where it is minimized
/// (constants and minima: Surjanovic and Bingham, Virtual Library of Simulation Experiments).
/// </summary>
/// <param name="Kind">As configs spell it.</param>
/// <param name="Options">Its options record.</param>
/// <param name="Value">The function of x and y, scalars.</param>
/// <param name="Start">Draws the start: [2], float64 on the CPU.</param>
/// <param name="Minimum">The least value near the starts; minus infinity where there is none.</param>
/// <param name="Minimizers">Where it is attained.</param>
internal sealed record TestFunction(
    string Kind,
    Type Options,
    Func<Tensor, Tensor, Tensor> Value,
    Func<RandomStreams, Tensor> Start,
    double Minimum,
    params (double X, double Y)[] Minimizers)
{
    /// <summary>Every function, by name.</summary>
    public static IReadOnlyList<TestFunction> All { get; } =
    [
        new("ackley", typeof(AckleyOptions), Ackley, Within((-32.768, 32.768), (-32.768, 32.768)), 0, (0, 0)),
        new("beale", typeof(BealeOptions), Beale, Within((-4.5, 4.5), (-4.5, 4.5)), 0, (3, 0.5)),
        new("booth", typeof(BoothOptions), Booth, Within((-10, 10), (-10, 10)), 0, (1, 3)),
        new(
            "branin",
            typeof(BraninOptions),
            Branin,
            Within((-5, 10), (0, 15)),
            0.3978873577,
            (-Math.PI, 12.275),
            (Math.PI, 2.275),
            (3 * Math.PI, 2.475)),
        new("logsumexp", typeof(LogSumExpOptions), LogSumExp, StandardNormal, 1.2695545396, (-Math.Log(2) / 2, 0)),
        new("matyas", typeof(MatyasOptions), Matyas, Within((-10, 10), (-10, 10)), 0, (0, 0)),
        new(
            "michalewicz",
            typeof(MichalewiczOptions),
            Michalewicz,
            Within((0, Math.PI), (0, Math.PI)),
            0.1933771147,
            (2.1853119576, 1.5707963323)),
        new("rosenbrock", typeof(RosenbrockOptions), Rosenbrock, Within((-5, 10), (-5, 10)), 0, (1, 1)),
        new("saddle", typeof(SaddleOptions), Saddle, StandardNormal, double.NegativeInfinity),
        new(
            "styblinski_tang",
            typeof(StyblinskiTangOptions),
            StyblinskiTang,
            Within((-5, 5), (-5, 5)),
            1.6676685925,
            (-2.9035340140, -2.9035340140)),
    ];

    /// <summary>The function as an analytic problem.</summary>
    public AnalyticProblem Problem() => new(
        new([new("xy", 2)]),
        Start,
        Constants: _ => [],
        (theta, _) => Value(theta.select(0, 0), theta.select(0, 1)));

    private static Tensor StandardNormal(RandomStreams streams) => RandomTensors.Normal(streams, "xy", 2);

    private static Func<RandomStreams, Tensor> Within((double Low, double High) x, (double Low, double High) y) =>
        streams => (RandomTensors.Uniform(streams, "xy", 2) * tensor([x.High - x.Low, y.High - y.Low])) + tensor([x.Low, y.Low]);

    private static Tensor Ackley(Tensor x, Tensor y) =>
        (-20 * exp(-0.2 * sqrt((x.square() + y.square()) / 2)))
        - exp((cos(2 * Math.PI * x) + cos(2 * Math.PI * y)) / 2) + Math.E + 20;

    private static Tensor Beale(Tensor x, Tensor y) =>
        (1.5 - x + (x * y)).square() + (2.25 - x + (x * y.pow(2))).square() + (2.625 - x + (x * y.pow(3))).square();

    private static Tensor Booth(Tensor x, Tensor y) => (x + (2 * y) - 7).square() + ((2 * x) + y - 5).square();

    private static Tensor Branin(Tensor x, Tensor y)
    {
        const double b = 5.1 / (4 * Math.PI * Math.PI);
        const double c = 5 / Math.PI;
        const double t = 1 / (8 * Math.PI);
        return (y - (b * x.square()) + (c * x) - 6).square() + (10 * (1 - t) * cos(x)) + 10;
    }

    private static Tensor LogSumExp(Tensor x, Tensor y) =>
        logsumexp(stack([x + (3 * y) - 0.1, x - (3 * y) - 0.1, -x - 0.1, zeros_like(x)]), 0);

    private static Tensor Matyas(Tensor x, Tensor y) => (0.26 * (x.square() + y.square())) - (0.48 * x * y);

    private static Tensor Michalewicz(Tensor x, Tensor y) =>
        2 - (sin(x) * sin(x.square() / Math.PI).pow(10)) - (sin(y) * sin(2 * y.square() / Math.PI).pow(10));

    private static Tensor Rosenbrock(Tensor x, Tensor y) => (1 - x).square() + (100 * (y - x.square()).square());

    private static Tensor Saddle(Tensor x, Tensor y) => x.square() - y.square();

    private static Tensor StyblinskiTang(Tensor x, Tensor y) => ((Quartic(x) + Quartic(y)) / 2) + 80;

    private static Tensor Quartic(Tensor x) => x.pow(4) - (16 * x.square()) + (5 * x);
}
