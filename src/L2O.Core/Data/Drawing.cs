using L2O.Randomness;

namespace L2O.Data;

/// <summary>A point of a drawing: x to the right, y down.</summary>
internal readonly record struct Point(float X, float Y)
{
    /// <summary>Points on an arc of an ellipse; angles in degrees, clockwise from the right.</summary>
    public static Point[] Arc(float x, float y, float radiusX, float radiusY, float from, float to)
    {
        const float degreesInSegment = 30;
        var count = (int)MathF.Ceiling((to - from) / degreesInSegment);
        return [.. Enumerable.Range(0, count + 1).Select(i =>
        {
            var angle = (from + ((to - from) * i / count)) * (MathF.PI / 180);
            return new Point(x + (radiusX * MathF.Cos(angle)), y + (radiusY * MathF.Sin(angle)));
        })];
    }
}

/// <summary>
/// Maps the unit square of a drawing to pixels. In plain arithmetic, because fused operations differ between CPUs.
/// </summary>
internal readonly record struct Affine(float XX, float XY, float YX, float YY, float X, float Y)
{
    public Point Of(Point p) => new((XX * p.X) + (XY * p.Y) + X, (YX * p.X) + (YY * p.Y) + Y);

    /// <summary>A random position, size, aspect ratio, slant and rotation about the middle of an image.</summary>
    public static Affine Draw(ref SplitMix64 random, int side, Jitter jitter)
    {
        var scale = (float)random.NextDouble(jitter.SmallestScale, jitter.LargestScale) * side / 2;
        var aspect = Around(ref random, jitter.Aspect) + 1;
        var shear = Around(ref random, jitter.Shear);
        var angle = Around(ref random, jitter.Turn) * (MathF.PI / 180);
        var (sin, cos) = (MathF.Sin(angle), MathF.Cos(angle));
        var (x, y) = (Around(ref random, jitter.Shift), Around(ref random, jitter.Shift));
        return new(
            scale * aspect * cos, scale * ((shear * cos) - sin), scale * aspect * sin, scale * ((shear * sin) + cos),
            ((side - 1) / 2f) + x, ((side - 1) / 2f) + y);
    }

    private static float Around(ref SplitMix64 random, float reach) => (float)random.NextDouble(-reach, reach);
}

/// <summary>How much the drawings of one class vary; each quantity is uniform up to its limit.</summary>
/// <param name="SmallestScale">As a fraction of half the image's side.</param>
/// <param name="LargestScale">As a fraction of half the image's side.</param>
/// <param name="Aspect">Largest relative change of width against height.</param>
/// <param name="Shear">Slant: shift to the right by height.</param>
/// <param name="Turn">Degrees.</param>
/// <param name="Shift">Pixels.</param>
internal sealed record Jitter(
    float SmallestScale, float LargestScale, float Aspect, float Shear, float Turn, float Shift);
