#:package L2O.Core@0.2.0
#:package libtorch-cpu-linux-x64@2.10.0

// How flat the loss of a network of one's own is where training left it: the Hessian's largest eigenvalues and its trace, and how
// much the loss rises within reach.
using L2O.Flatness;
using L2O.Flatness.Curvature;
using L2O.Modules;
using L2O.Randomness;
using TorchSharp;
using static TorchSharp.torch;

manual_seed(1);
set_num_threads(1); // tensors as small as these gain nothing by more
using var scope = NewDisposeScope();
var inputs = (rand(500, 2) * 2) - 1;
var labels = (inputs[TensorIndex.Colon, 0] * inputs[TensorIndex.Colon, 1] > 0).to(int64);
using var model = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 2));
using var optimizer = optim.Adam(model.parameters(), lr: 0.01);
for (var step = 0; step < 300; step++)
{
    using var inner = NewDisposeScope();
    optimizer.zero_grad();
    Loss().backward();
    optimizer.step();
}

using ModuleLoss loss = new(model, Loss);
var theta = loss.Theta();
Hessian hessian = new(loss, theta);
var streams = RandomStreams.FromSeed(1);
var largest = Lanczos.TopEigenpairs(hessian, count: 3, iterations: 40, streams);
var trace = HutchinsonTrace.Of(hessian, probes: 50, streams);
var entropy = LocalEntropy.Value(loss, theta, gamma: 1000, pairs: 50, streams);
Console.WriteLine($"loss                 {loss.At(theta).item<float>():F4}");
Console.WriteLine($"largest eigenvalues  {string.Join(", ", largest.Select(pair => $"{pair.Value:F3}"))}");
Console.WriteLine($"trace                {trace.Value:F2} ±{trace.Error:F2}");
Console.WriteLine($"local entropy        {entropy.Value:F4} ±{entropy.Error:F4}");

Tensor Loss() => nn.functional.cross_entropy(model.call(inputs), labels);
