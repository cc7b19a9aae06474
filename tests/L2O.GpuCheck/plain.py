"""L2O-DM as one would write it in PyTorch, timed: LSTM cells, a linear head, and a loss that is differentiated through the unroll.

Prints one JSON object a line: work, parameters, by ("PyTorch" or "PyTorch compiled"), milliseconds (median).
"""
import argparse
import json
import math
import time

import torch
from torch import nn
from torch.nn import functional as F

STEPS = 20
BATCH = 128
HIDDEN = 20


class Dm(nn.Module):
    """Two LSTM layers of 20 units for every coordinate; inputs are the gradient's logarithm and sign."""

    def __init__(self):
        super().__init__()
        self.first, self.second = nn.LSTMCell(2, HIDDEN), nn.LSTMCell(HIDDEN, HIDDEN)
        self.head = nn.Linear(HIDDEN, 1)

    def forward(self, gradient, state):
        logarithm = ((gradient.abs() + 1.1920929e-07).log() / 5).clamp_min(-1)
        sign = (gradient * math.exp(5)).clamp(-1, 1)
        h1, c1 = self.first(torch.stack([logarithm, sign], 1), state[:2])
        h2, c2 = self.second(h1, state[2:])
        return self.head(h2).squeeze(1) * 0.01, (h1, c1, h2, c2)


def loss_of(theta, hidden, inputs, labels):
    """Cross-entropy of the 784-hidden-10 perceptron with sigmoid units and flat parameters."""
    sizes = [784 * hidden, hidden, 10 * hidden, 10]
    w1, b1, w2, b2 = theta.split(sizes)
    units = torch.sigmoid(F.linear(inputs, w1.view(hidden, 784), b1))
    return F.cross_entropy(F.linear(units, w2.view(10, hidden), b2), labels)


def median(run, synchronize, seconds):
    run()
    synchronize()
    times, since = [], time.perf_counter()
    while len(times) < 3 or time.perf_counter() - since < seconds:
        begin = time.perf_counter()
        run()
        synchronize()
        times.append(1000 * (time.perf_counter() - begin))
    return sorted(times)[len(times) // 2]


def works(step, parameters, hidden, device):
    """The pieces of work, by the names that l2o's have."""
    count = 784 * hidden + hidden + 10 * hidden + 10
    gradients = [0.1 * torch.randn(count, device=device) for _ in range(STEPS)]
    inputs = torch.rand(BATCH, 784, device=device)
    labels = torch.randint(10, (BATCH,), device=device)
    start = tuple(torch.zeros(count, HIDDEN, device=device) for _ in range(4))
    theta0 = 0.01 * torch.randn(count, device=device)

    def forward():
        with torch.no_grad():
            step(gradients[0], start)

    def meta_gradient():
        state, loss = start, 0.0
        for gradient in gradients:
            update, state = step(gradient, state)
            loss = loss + (update * gradient).sum()
        torch.autograd.grad(loss, parameters)

    def gradient_at(theta):
        leaf = theta.detach().requires_grad_()
        return torch.autograd.grad(loss_of(leaf, hidden, inputs, labels), leaf)[0]

    def evaluation():
        gradient = gradient_at(theta0)
        with torch.no_grad():
            theta0 + step(gradient, start)[0]

    def meta_iteration():
        theta, state, loss = theta0, start, 0.0
        for _ in range(STEPS):
            update, state = step(gradient_at(theta), state)
            theta = theta + update
            loss = loss + loss_of(theta, hidden, inputs, labels) / STEPS
        torch.autograd.grad(loss, parameters)

    return count, {
        "forward step": forward,
        "meta-gradient of 20 steps": meta_gradient,
        "evaluation step": evaluation,
        "meta-iteration of 20 steps": meta_iteration,
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--hidden", type=int, nargs="+", default=[20])
    parser.add_argument("--seconds", type=float, default=1.0)
    options = parser.parse_args()
    device = torch.device(options.device)
    torch.manual_seed(1)
    synchronize = torch.cuda.synchronize if device.type == "cuda" else lambda: None
    model = Dm().to(device)
    steps = [("PyTorch", model)]
    if hasattr(torch, "compile"):
        steps.append(("PyTorch compiled", torch.compile(model)))
    for by, step in steps:
        for hidden in options.hidden:
            count, pieces = works(step, list(model.parameters()), hidden, device)
            for work, run in pieces.items():
                try:
                    milliseconds = median(run, synchronize, options.seconds)
                except RuntimeError as error:
                    if "memory" not in str(error):
                        raise
                    milliseconds = None
                print(json.dumps({"work": work, "parameters": count, "by": by, "milliseconds": milliseconds}), flush=True)


if __name__ == "__main__":
    main()
