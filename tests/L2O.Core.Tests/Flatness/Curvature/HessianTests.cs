using L2O.Flatness.Curvature;
using L2O.Tensors;
using L2O.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Flatness.Curvature;

public sealed class HessianTests
{
    [Fact]
    public void ProductsOnAQuadraticAreTheMatrixs()
    {
        using var scope = NewDisposeScope();
        var a = tensor(new[,] { { 2.0, 1.0 }, { 1.0, 3.0 } });
        var hessian = new Hessian(new FunctionLoss(theta => 0.5 * theta.dot(a.mv(theta))), tensor(new[] { 1.0, 2.0 }));

        var first = hessian.TimesVector(tensor(new[] { 1.0, -1.0 }));
        var second = hessian.TimesVector(tensor(new[] { 0.0, 1.0 }));

        Assert.Equal([1.0, -2.0], first.data<double>().ToArray());
        Assert.Equal([1.0, 3.0], second.data<double>().ToArray());
        Assert.Equal([4.0, 7.0], hessian.Gradient().data<double>().ToArray());
        Assert.Equal([2.0, 1.0, 1.0, 3.0], hessian.Dense().data<double>().ToArray());
        Assert.False(first.requires_grad);
    }

    [Theory]
    [InlineData("flatness_mlp_sigmoid")]
    [InlineData("flatness_mlp_tanh")]
    public void APerceptronsHessianIsTheGoldenOne(string name)
    {
        using var scope = NewDisposeScope();
        var golden = Golden.Read(name);
        var expected = golden.GetProperty("expected");
        var loss = new GoldenMlp(golden.GetProperty("mlp"));
        var theta = Golden.Tensor(golden.GetProperty("theta"));
        var hessian = new Hessian(loss, theta);
        var eigenvalues = Golden.Doubles(expected.GetProperty("eigenvalues"));
        var largest = eigenvalues.Max(Math.Abs);

        var (exact, _) = linalg.eigh(hessian.Dense());

        Golden.AssertClose([expected.GetProperty("loss").GetDouble()], loss.At(theta), 1e-9);
        Golden.AssertClose(Golden.Doubles(expected.GetProperty("gradient")), hessian.Gradient(), 1e-9, scale: 1e-3);
        Golden.AssertClose(
            Golden.Doubles(expected.GetProperty("hvp")),
            hessian.TimesVector(Golden.Tensor(golden.GetProperty("v"))),
            1e-9,
            scale: 1e-3);
        Golden.AssertClose(eigenvalues, exact, 1e-9, scale: largest);
        Golden.AssertClose([expected.GetProperty("trace").GetDouble()], hessian.Dense().trace(), 1e-9);
        Golden.AssertClose(
            [expected.GetProperty("gradient_norm_squared").GetDouble()], hessian.Gradient().square().sum(), 1e-9);
    }

    [Fact]
    public void TheGradientOfAQuadraticFormOfQuarticsIsTwiceThePoint()
    {
        using var scope = NewDisposeScope();
        var theta = tensor(new[] { 1.5, -0.5, 2.0 });
        var v = tensor(new[] { 1.0, -1.0, 1.0 });
        var hessian = new Hessian(new FunctionLoss(x => x.pow(4).sum() / 12), theta);

        var (product, gradient) = hessian.TimesVectorWithGradient(v, _ => v);

        Golden.AssertClose([2.25, -0.25, 4.0], product, 1e-14);
        Golden.AssertClose([3.0, -1.0, 4.0], gradient, 1e-14);
    }

    [Theory]
    [InlineData("sigmoid")]
    [InlineData("tanh")]
    public void TheGradientOfABilinearFormIsItsCentralDifferenceThroughAPerceptron(string activation)
    {
        using var scope = NewDisposeScope();
        var golden = Golden.Read($"flatness_mlp_{activation}");

        AssertFormGradient(
            new GoldenMlp(golden.GetProperty("mlp")), Golden.Tensor(golden.GetProperty("theta")), tolerance: 1e-7);
    }

    [Fact]
    public void TheGradientOfABilinearFormIsItsCentralDifferenceThroughConvolutionNormalisationAndPooling()
    {
        using var scope = NewDisposeScope();
        var network = new SmallConvNet();

        AssertFormGradient(network, SmallConvNet.Theta(), tolerance: 1e-4);
    }

    [Fact]
    public void ALossWithoutCurvatureGivesZero()
    {
        using var scope = NewDisposeScope();
        var theta = tensor(new[] { 1.0, 2.0 });
        var hessian = new Hessian(new FunctionLoss(x => x.sum()), theta);

        var (product, gradient) = hessian.TimesVectorWithGradient(theta, _ => theta);

        Assert.Equal([0.0, 0.0], product.data<double>().ToArray());
        Assert.Equal([0.0, 0.0], gradient.data<double>().ToArray());
    }

    private static void AssertFormGradient(ILoss loss, Tensor theta, double tolerance)
    {
        var index = arange(theta.shape[0], dtype: float64);
        var (v, w) = ((index * 0.7).sin(), (index * 1.9).cos());
        double Form(Tensor at)
        {
            using var scope = NewDisposeScope();
            return w.dot(new Hessian(loss, at).TimesVector(v)).item<double>();
        }

        var gradient = new Hessian(loss, theta).TimesVectorWithGradient(v, _ => w).FormGradient;

        Differences.AssertGradient(Form, theta, gradient, tolerance);
    }
}
