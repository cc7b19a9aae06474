using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace L2O.Data;

/// <summary>The distance from each pixel of a square image to the nearest line drawn so far.</summary>
internal readonly ref struct DistanceField
{
    private readonly Span<float> _squared;
    private readonly int _side;
    private readonly float _reach;

    /// <summary>An empty drawing, of at least eight pixels a side.</summary>
    /// <param name="squared">Holds the field: side x side.</param>
    /// <param name="side">Of the image, in pixels.</param>
    /// <param name="reach">Where no line is within this, the distance is any above it.</param>
    public DistanceField(Span<float> squared, int side, float reach)
    {
        _squared = squared;
        _side = side;
        _reach = reach;
        squared.Fill(float.PositiveInfinity);
    }

    /// <summary>The distance at a pixel, indexed row by row.</summary>
    public float this[int pixel] => MathF.Sqrt(_squared[pixel]);

    /// <summary>Draws a line.</summary>
    // Optimized from the first call: a set of images is drawn before tiered compilation would have got there.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(Point a, Point b)
    {
        var (dx, dy) = (b.X - a.X, b.Y - a.Y);
        var perLength = 1 / Math.Max((dx * dx) + (dy * dy), 1e-12f);
        var (firstRow, lastRow) = (First(a.Y, b.Y), Last(a.Y, b.Y));
        var (firstColumn, lastColumn) = (First(a.X, b.X), Last(a.X, b.X));
        for (var row = firstRow; row <= lastRow; row++)
        {
            var y = Vector256.Create(row - a.Y);
            var pixels = _squared.Slice(row * _side, _side);
            for (var next = firstColumn; next <= lastColumn; next += Vector256<float>.Count)
            {
                // The last columns of a row are done twice rather than one by one.
                var column = Math.Min(next, _side - Vector256<float>.Count);
                var x = Vector256.CreateSequence((float)column, 1) - Vector256.Create(a.X);
                var along = Vector256.Min(Vector256.Max(((x * dx) + (y * dy)) * perLength, Vector256<float>.Zero), Vector256<float>.One);
                var (offX, offY) = (x - (along * dx), y - (along * dy));
                var block = pixels.Slice(column, Vector256<float>.Count);
                Vector256.Min(Vector256.Create<float>(block), (offX * offX) + (offY * offY)).CopyTo(block);
            }
        }
    }

    private int First(float a, float b) => Math.Max(0, (int)MathF.Ceiling(Math.Min(a, b) - _reach));

    private int Last(float a, float b) => Math.Min(_side - 1, (int)MathF.Floor(Math.Max(a, b) + _reach));
}
