using System.Runtime.CompilerServices;
using L2O.Randomness;

namespace L2O.Data;

/// <summary>
/// Drawn digits: strokes with random rotation, scale, slant, shift and width, a stray stroke and pixel noise. Too hard
/// for a linear model, but not for a small convolutional one.
/// </summary>
internal static class SyntheticDigits
{
    private const int Side = 28;

    private static readonly Jitter Jitter = new(
        SmallestScale: 0.5f, LargestScale: 0.72f, Aspect: 0.15f, Shear: 0.25f, Turn: 15, Shift: 2);

    private static readonly Point[][][] Glyphs =
    [
        [Point.Arc(0, 0, .6f, 1, 0, 360)],
        [[new(-.35f, -.55f), new(0, -1), new(0, 1)]],
        [[.. Point.Arc(0, -.45f, .55f, .55f, 180, 400), new(-.55f, 1), new(.6f, 1)]],
        [Point.Arc(0, -.5f, .5f, .5f, 200, 450), Point.Arc(0, .5f, .55f, .5f, 270, 520)],
        [[new(.25f, 1), new(.25f, -1), new(-.6f, .35f), new(.6f, .35f)]],
        [[new(.5f, -1), new(-.45f, -1), new(-.5f, -.1f), .. Point.Arc(0, .35f, .55f, .65f, 225, 500)]],
        [Point.Arc(0, .45f, .55f, .55f, 0, 360), Point.Arc(.5f, .45f, 1.05f, 1.4f, 180, 265)],
        [[new(-.55f, -1), new(.55f, -1), new(-.15f, 1)]],
        [Point.Arc(0, -.5f, .45f, .5f, 0, 360), Point.Arc(0, .5f, .55f, .5f, 0, 360)],
        [Point.Arc(0, -.45f, .5f, .55f, 0, 360), [new(.5f, -.45f), new(.35f, 1)]],
    ];

    /// <summary>The generator; tests choose seed and size.</summary>
    internal static DrawnSet Set { get; } = new("synthetic_digits", ClassCount: 10, Channels: 1, Side, Draw);

    /// <summary>The set, at its usual seed and sizes.</summary>
    public static DatasetKind Kind { get; } = new(
        "synthetic_digits",
        "Drawn digits, 28x28x1, ten classes, generated in process: 10,000 to train, 2,000 to validate, 2,000 to test.",
        Published: null,
        (_, tensorOptions) => Set.Load(tensorOptions));

    // Optimized from the first call: the images of a set are drawn before tiered compilation would have got there.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Draw(int label, SplitMix64 random, Span<byte> pixels)
    {
        const float edge = 0.6f;
        const float thickest = 1.5f;
        const double noise = 0.12;
        var place = Affine.Draw(ref random, Side, Jitter);
        var halfWidth = (float)random.NextDouble(0.6, thickest);
        var ink = random.NextDouble(0.6, 1);
        var strokes = new DistanceField(stackalloc float[Side * Side], Side, thickest + edge);
        foreach (var stroke in Glyphs[label])
        {
            for (var i = 1; i < stroke.Length; i++)
            {
                strokes.Add(place.Of(stroke[i - 1]), place.Of(stroke[i]));
            }
        }

        AddStrayStroke(ref random, strokes);
        Span<double> grain = stackalloc double[Side * Side];
        DrawGrain(random, grain);
        var reach = halfWidth + edge;
        for (var i = 0; i < pixels.Length; i++)
        {
            var value = noise * grain[i];
            var distance = strokes[i];
            if (distance < reach)
            {
                value += ink * Math.Min((reach - distance) / (2 * edge), 1);
            }

            pixels[i] = (byte)(int)Math.Min(Math.Max((value * byte.MaxValue) + 0.5, 0), byte.MaxValue);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void DrawGrain(SplitMix64 random, Span<double> grain)
    {
        for (var i = 0; i < grain.Length; i++)
        {
            grain[i] = random.NextBellShaped();
        }
    }

    private static void AddStrayStroke(ref SplitMix64 random, DistanceField strokes)
    {
        var start = new Point((float)random.NextDouble(0, Side), (float)random.NextDouble(0, Side));
        var (x, y) = ((float)random.NextDouble(-4, 4), (float)random.NextDouble(-4, 4));
        strokes.Add(start, new(start.X + x, start.Y + y));
    }
}
