using L2O.Configs;
using L2O.Options;

namespace L2O.Tests.Configs;

/// <summary>A config with a property of every type that there is, and the tables it draws on.</summary>
internal sealed record SampleConfig : IOptions
{
    public required string Name { get; init; }

    public int Count { get; init; } = 3;

    public long Large { get; init; } = 1L << 40;

    public double Rate { get; init; } = 0.1;

    public double? Limit { get; init; }

    public string? Note { get; init; }

    public bool IsLoud { get; init; }

    public SampleShape Shape { get; init; } = SampleShape.HalfOpen;

    public int[] Sizes { get; init; } = [1, 2];

    public IReadOnlyList<string> Words { get; init; } = [];

    public SampleShape[] Shapes { get; init; } = [];

    public SamplePart Part { get; init; } = new();

    public IReadOnlyList<SamplePart> Parts { get; init; } = [];

    [OneOf(Family.Regularizer)]
    public IOptions Thing { get; init; } = new PlainThing();

    [OneOf(Family.Dataset)]
    public string Data { get; init; } = "first";

    public IReadOnlyList<SampleEntry> Entries { get; init; } = [];

    public IEnumerable<OptionProblem> Problems() => Count < 1 ? [new("count", $"is {Count}; choose 1 or more")] : [];

    internal static IReadOnlyDictionary<string, Type> Kinds(Family family) => family switch
    {
        Family.Regularizer => new Dictionary<string, Type>
        {
            ["plain"] = typeof(PlainThing),
            ["fancy"] = typeof(FancyThing),
        },
        _ => new Dictionary<string, Type> { ["first"] = typeof(string), ["second"] = typeof(string) },
    };

    internal static SampleConfig Read(string yaml, params string[] overrides) =>
        ConfigReader.Read<SampleConfig>(new("a.yaml", yaml, overrides), Kinds);
}

internal enum SampleShape
{
    Open,
    HalfOpen,
}

internal sealed record SamplePart : IOptions
{
    public int Low { get; init; }

    public int High { get; init; } = 10;

    public IEnumerable<OptionProblem> Problems() =>
        Low <= High ? [] : [new("low", $"is {Low}; choose at most high ({High})")];
}

internal sealed record PlainThing : IOptions
{
    public IEnumerable<OptionProblem> Problems() => [];
}

internal sealed record FancyThing : IOptions
{
    public required double Weight { get; init; }

    public int[] Hidden { get; init; } = [20];

    public SamplePart Part { get; init; } = new();

    public IEnumerable<OptionProblem> Problems() =>
        Weight > 0 ? [] : [new("weight", $"is {Weight}; choose a number above 0")];
}

internal sealed record SampleEntry : IOptions
{
    public string? Label { get; init; }

    [OneOf(Family.Regularizer)]
    [Inline]
    public required Variants<IOptions> Thing { get; init; }

    public IEnumerable<OptionProblem> Problems() => [];
}
