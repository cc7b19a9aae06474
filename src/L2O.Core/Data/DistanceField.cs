using System.Runtime.CompilerServices;

namespace L2O.Data;

/// <summary>The distance from each pixel of a square image to the nearest line drawn so far.</summary>
internal readonly ref struct DistanceField
{
    private readonly Span<float> _squared;
    private readonly int _side;
    private readonly float _reach;

    /// <summary>An empty drawing.</summary>
    /// <param name="squared">Holds the field: side x side.</param>
    /// <param name="side">Of the image, in pixels.</param>
    /// <param name="reach">Distances above this are left at infinity.</param>
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
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(Point a, Point b)
    {
        var (dx, dy) = (b.X - a.X, b.Y - a.Y);
        var perLength = 1 / Math.Max((dx * dx) + (dy * dy), 1e-12f);
        for (var row = First(a.Y, b.Y); row <= Last(a.Y, b.Y); row++)
        {
            for (var column = First(a.X, b.X); column <= Last(a.X, b.X); column++)
            {
                var (x, y) = (column - a.X, row - a.Y);
                var along = Math.Clamp(((x * dx) + (y * dy)) * perLength, 0, 1);
                var (offX, offY) = (x - (along * dx), y - (along * dy));
                ref var squared = ref _squared[(row * _side) + column];
                squared = Math.Min(squared, (offX * offX) + (offY * offY));
            }
        }
    }

    private int First(float a, float b) => Math.Max(0, (int)MathF.Ceiling(Math.Min(a, b) - _reach));

    private int Last(float a, float b) => Math.Min(_side - 1, (int)MathF.Floor(Math.Max(a, b) + _reach));
}
