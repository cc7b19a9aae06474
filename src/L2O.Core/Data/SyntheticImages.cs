using L2O.Randomness;

namespace L2O.Data;

/// <summary>
/// Drawn scenes: a textured shape in random colours on a textured background in other random colours. The class is the
/// shape; neither colour nor texture tells it.
/// </summary>
internal static class SyntheticImages
{
    private const int Side = 32;
    private const int Channels = 3;

    private static readonly Jitter Jitter = new(
        SmallestScale: 0.5f, LargestScale: 0.8f, Aspect: 0.12f, Shear: 0.1f, Turn: 20, Shift: 3);

    // Closed outlines; what lies within an odd number of them is the shape.
    private static readonly Point[][][] Shapes =
    [
        [Point.Arc(0, 0, .9f, .9f, 0, 360)],
        [Point.Arc(0, 0, .95f, .95f, 0, 360), Point.Arc(0, 0, .5f, .5f, 0, 360)],
        [Polygon(.8f, -.8f, .8f, .8f, -.8f, .8f, -.8f, -.8f)],
        [
            Polygon(.85f, -.85f, .85f, .85f, -.85f, .85f, -.85f, -.85f),
            Polygon(.4f, -.4f, .4f, .4f, -.4f, .4f, -.4f, -.4f),
        ],
        [Polygon(0, -1, .95f, .8f, -.95f, .8f)],
        [Polygon(
            .3f, -1, .3f, -.3f, 1, -.3f, 1, .3f, .3f, .3f, .3f, 1, -.3f, 1, -.3f, .3f, -1, .3f, -1, -.3f, -.3f, -.3f, -.3f, -1)],
        [Polygon(-1, -.35f, 1, -.35f, 1, .35f, -1, .35f)],
        [Polygon(-.8f, -.9f, -.2f, -.9f, -.2f, .3f, .8f, .3f, .8f, .9f, -.8f, .9f)],
        [[.. Point.Arc(0, -.4f, 1, 1.2f, 0, 180)]],
        [Polygon(-.9f, -.9f, .9f, -.9f, .15f, 0, .9f, .9f, -.9f, .9f, -.15f, 0)],
    ];

    /// <summary>The generator, whose seed and size tests choose.</summary>
    internal static DrawnSet Set { get; } = new("synthetic_images", ClassCount: 10, Channels, Side, Draw);

    /// <summary>The set, at its usual seed and sizes.</summary>
    public static DatasetKind Kind { get; } = new(
        "synthetic_images",
        "Drawn shapes, 32x32x3, ten classes, generated in process: 10,000 to train, 2,000 to validate, 2,000 to test.",
        Published: null,
        (_, tensorOptions) => Set.Load(tensorOptions));

    private static void Draw(int label, SplitMix64 random, Span<byte> pixels)
    {
        const double noise = 0.04;
        Span<float> coverage = stackalloc float[Side * Side];
        Cover(Shapes[label], Affine.Draw(ref random, Side, Jitter), coverage);
        var front = Texture.Draw(ref random);
        var back = Texture.Draw(ref random);
        Span<double> frontColour = stackalloc double[Channels];
        Span<double> backColour = stackalloc double[Channels];
        DrawColours(ref random, frontColour, backColour);
        for (var pixel = 0; pixel < Side * Side; pixel++)
        {
            var (row, column) = Math.DivRem(pixel, Side);
            var shapeShade = front.At(column, row);
            var groundShade = back.At(column, row);
            var grain = noise * random.NextBellShaped();
            for (var channel = 0; channel < Channels; channel++)
            {
                var shape = frontColour[channel] + shapeShade;
                var ground = backColour[channel] + groundShade;
                var value = ground + (coverage[pixel] * (shape - ground)) + grain;
                pixels[(channel * Side * Side) + pixel] = (byte)Math.Clamp((value * byte.MaxValue) + 0.5, 0, byte.MaxValue);
            }
        }
    }

    private static void Cover(Point[][] outlines, Affine place, Span<float> coverage)
    {
        const float edge = 1;
        var distance = new DistanceField(stackalloc float[Side * Side], Side, edge);
        Span<bool> isInside = stackalloc bool[Side * Side];
        isInside.Clear();
        foreach (var outline in outlines)
        {
            for (var i = 0; i < outline.Length; i++)
            {
                var (a, b) = (place.Of(outline[i]), place.Of(outline[(i + 1) % outline.Length]));
                distance.Add(a, b);
                FlipRightOf(a, b, isInside);
            }
        }

        for (var i = 0; i < coverage.Length; i++)
        {
            coverage[i] = Math.Clamp(0.5f + ((isInside[i] ? 0.5f : -0.5f) * distance[i]), 0, 1);
        }
    }

    // A pixel is inside where the row to its left crosses the outlines an odd number of times.
    private static void FlipRightOf(Point a, Point b, Span<bool> isInside)
    {
        for (var row = 0; row < Side; row++)
        {
            if (a.Y > row == b.Y > row)
            {
                continue;
            }

            var crossing = a.X + ((row - a.Y) / (b.Y - a.Y) * (b.X - a.X));
            for (var column = Math.Max(0, (int)MathF.Floor(crossing) + 1); column < Side; column++)
            {
                isInside[(row * Side) + column] ^= true;
            }
        }
    }

    // Drawn again until they differ enough to see the shape.
    private static void DrawColours(ref SplitMix64 random, Span<double> front, Span<double> back)
    {
        double difference;
        do
        {
            difference = 0;
            for (var channel = 0; channel < Channels; channel++)
            {
                front[channel] = random.NextDouble(0.15, 0.85);
                back[channel] = random.NextDouble(0.15, 0.85);
                difference += Math.Abs(front[channel] - back[channel]);
            }
        }
        while (difference < 0.75);
    }

    private static Point[] Polygon(params ReadOnlySpan<float> coordinates)
    {
        var points = new Point[coordinates.Length / 2];
        for (var i = 0; i < points.Length; i++)
        {
            points[i] = new(coordinates[2 * i], coordinates[(2 * i) + 1]);
        }

        return points;
    }

    /// <summary>Triangle-wave stripes of random direction, width and strength.</summary>
    private readonly record struct Texture(double PerColumn, double PerRow, double Phase, double Strength)
    {
        public static Texture Draw(ref SplitMix64 random) => new(
            random.NextDouble(-0.25, 0.25), random.NextDouble(-0.25, 0.25), random.NextDouble(), random.NextDouble(0, 0.2));

        public double At(int column, int row)
        {
            var turns = (PerColumn * column) + (PerRow * row) + Phase;
            return Strength * ((4 * Math.Abs(turns - Math.Floor(turns) - 0.5)) - 1);
        }
    }
}
