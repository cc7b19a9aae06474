using L2O.Optimizers.Learned;

namespace L2O.Tests.Support;

/// <summary>Celo2 in plain numbers, tensor by tensor and entry by entry, after the paper's description.</summary>
/// <param name="options">All but the schedule.</param>
/// <param name="phi">Weight and bias of each layer.</param>
/// <param name="shapes">Rows and columns of each tensor; 0 rows for a vector.</param>
internal sealed class Celo2Reference(Celo2Options options, double[][] phi, IReadOnlyList<(int Rows, int Columns)> shapes)
{
    private readonly OneTensor[] _tensors = [.. shapes.Select(shape => new OneTensor(options, phi, shape.Rows, shape.Columns))];

    /// <summary>The update of all tensors, one behind the other.</summary>
    internal double[] Step(double[] gradient, double[] theta)
    {
        List<double> update = [];
        foreach (var tensor in _tensors)
        {
            var (from, to) = (update.Count, update.Count + tensor.Count);
            update.AddRange(tensor.Step(gradient[from..to], theta[from..to]));
        }

        return [.. update];
    }

    private sealed class OneTensor(Celo2Options options, double[][] phi, int rows, int columns)
    {
        private readonly double[,] _m = new double[3, Math.Max(1, rows) * columns];
        private readonly double[] _v = new double[Math.Max(1, rows) * columns];
        private readonly double[,] _short = new double[3, Math.Max(rows, columns)];
        private readonly double[,] _long = new double[3, Math.Max(rows, columns)];
        private readonly double[] _adamM = new double[columns];
        private readonly double[] _adamV = new double[columns];
        private int _steps;

        internal int Count => _v.Length;

        private bool IsVector => rows == 0;

        private int Shorter => Math.Min(rows, columns);

        private int Longer => Math.Max(rows, columns);

        internal double[] Step(double[] gradient, double[] theta)
        {
            _steps++;
            if (IsVector && options.Orthogonalize)
            {
                return AdamW(gradient, theta);
            }

            var g = gradient.Select(value => Math.Min(1000, Math.Max(-1000, value))).ToArray();
            Accumulate(g);
            var features = Enumerable.Range(0, Count).Select(i => Features(i, g[i], theta[i])).ToArray();
            var s = new double[Count];
            for (var i = 0; i < Count; i++)
            {
                double[] x = [.. features[i].Select((value, f) => value / Math.Sqrt(1e-9 + features.Average(other => other[f] * other[f])))];
                var outputs = Network([.. x, .. new double[30 - x.Length]]);
                s[i] = outputs[0] * Math.Exp(options.ExpMult * outputs[1]);
            }

            s = options.Orthogonalize ? Orthogonal(s) : s;
            var size = Math.Sqrt(1e-9 + s.Average(value => value * value));
            return [.. s.Zip(theta, (value, p) => -options.LearningRate * ((value / size) + (options.WeightDecay * p)))];
        }

        private void Accumulate(double[] g)
        {
            for (var k = 0; k < 3; k++)
            {
                var (b, c) = (options.MomentumDecays[k], options.FactoredDecays[k]);
                for (var i = 0; i < Count; i++)
                {
                    _m[k, i] = (b * _m[k, i]) + ((1 - b) * g[i]);
                }

                for (var j = 0; j < Shorter; j++)
                {
                    var mean = Enumerable.Range(0, Longer).Average(other => Square(g[At(j, other)]));
                    _short[k, j] = (c * _short[k, j]) + ((1 - c) * mean);
                }

                for (var j = 0; j < Longer; j++)
                {
                    var mean = IsVector ? Square(g[j]) : Enumerable.Range(0, Shorter).Average(other => Square(g[At(other, j)]));
                    _long[k, j] = (c * _long[k, j]) + ((1 - c) * mean);
                }
            }

            for (var i = 0; i < Count; i++)
            {
                _v[i] = (options.RmsDecay * _v[i]) + ((1 - options.RmsDecay) * g[i] * g[i]);
            }
        }

        private double[] Features(int i, double g, double p)
        {
            double[] Each(Func<int, double> value) => [value(0), value(1), value(2)];
            var root = 1 / Math.Sqrt(_v[i] + 1e-8);
            var (shortIndex, longIndex) = Sides(i);
            double R(int k) => _short[k, shortIndex];
            double C(int k) => _long[k, longIndex];
            double Factor(int k)
            {
                if (IsVector)
                {
                    return 1 / Math.Sqrt(Math.Max(C(k) + 1e-9, 1e-9));
                }

                var mean = Enumerable.Range(0, Shorter).Average(j => _short[k, j]);
                return 1 / Math.Sqrt(Math.Max(R(k) / (mean + 1e-9), 1e-9)) / Math.Sqrt(Math.Max(C(k), 1e-9));
            }

            double[] nine =
            [
                g, Math.Min(0.1, Math.Max(-0.1, g)), p, .. Each(k => _m[k, i]), _v[i], .. Each(k => _m[k, i] * root), root,
                .. Each(k => g * Factor(k)), g * root,
            ];
            return IsVector
                ? nine
                :
                [
                    .. nine, .. Each(R), .. Each(C), .. Each(k => 1 / Math.Sqrt(R(k) + 1e-8)), .. Each(k => 1 / Math.Sqrt(C(k) + 1e-8)),
                    .. Each(k => _m[k, i] * Factor(k)),
                ];
        }

        private double[] Network(double[] inputs)
        {
            var x = inputs;
            for (var layer = 0; layer < phi.Length / 2; layer++)
            {
                var before = layer == 0 ? x : [.. x.Select(value => Math.Max(0, value))];
                var weight = phi[2 * layer].Chunk(before.Length).ToArray();
                x = [.. phi[(2 * layer) + 1].Zip(weight, (bias, row) => bias + row.Zip(before, (w, value) => w * value).Sum())];
            }

            return x;
        }

        private double[] Orthogonal(double[] s)
        {
            var norm = Math.Sqrt(s.Sum(value => value * value)) + 1e-8;
            var (a, b) = (Shorter, Longer);
            var x = new double[a, b];
            for (var i = 0; i < a; i++)
            {
                for (var j = 0; j < b; j++)
                {
                    x[i, j] = s[At(i, j)] / norm;
                }
            }

            for (var iteration = 0; iteration < 5; iteration++)
            {
                var square = Product(x, Transposed(x));
                var (third, fifth) = (Product(square, x), Product(square, Product(square, x)));
                for (var i = 0; i < a; i++)
                {
                    for (var j = 0; j < b; j++)
                    {
                        x[i, j] = (3.4445 * x[i, j]) - (4.7750 * third[i, j]) + (2.0315 * fifth[i, j]);
                    }
                }
            }

            var result = new double[Count];
            for (var i = 0; i < Count; i++)
            {
                var (shortIndex, longIndex) = Sides(i);
                result[i] = x[shortIndex, longIndex];
            }

            return result;
        }

        private double[] AdamW(double[] g, double[] theta)
        {
            var update = new double[Count];
            for (var i = 0; i < Count; i++)
            {
                _adamM[i] = (0.9 * _adamM[i]) + (0.1 * g[i]);
                _adamV[i] = (0.95 * _adamV[i]) + (0.05 * g[i] * g[i]);
                var mHat = _adamM[i] / (1 - Math.Pow(0.9, _steps));
                var vHat = _adamV[i] / (1 - Math.Pow(0.95, _steps));
                update[i] = -options.LearningRate * options.AdamLrMult
                    * ((mHat / (Math.Sqrt(vHat) + 1e-8)) + (options.WeightDecay * theta[i]));
            }

            return update;
        }

        private static double Square(double g) => (g * g) + 1e-30;

        // Where an entry lies by its place along the shorter and the longer side.
        private int At(int shortIndex, int longIndex) =>
            rows <= columns ? (shortIndex * columns) + longIndex : (longIndex * columns) + shortIndex;

        private (int Short, int Long) Sides(int i) => IsVector
            ? (0, i)
            : rows <= columns ? (i / columns, i % columns) : (i % columns, i / columns);

        private static double[,] Transposed(double[,] x)
        {
            var result = new double[x.GetLength(1), x.GetLength(0)];
            foreach (var i in Enumerable.Range(0, x.GetLength(0)))
            {
                foreach (var j in Enumerable.Range(0, x.GetLength(1)))
                {
                    result[j, i] = x[i, j];
                }
            }

            return result;
        }

        private static double[,] Product(double[,] x, double[,] y)
        {
            var result = new double[x.GetLength(0), y.GetLength(1)];
            foreach (var i in Enumerable.Range(0, x.GetLength(0)))
            {
                foreach (var j in Enumerable.Range(0, y.GetLength(1)))
                {
                    result[i, j] = Enumerable.Range(0, x.GetLength(1)).Sum(k => x[i, k] * y[k, j]);
                }
            }

            return result;
        }
    }
}
