"""What NumPy alone makes of l2o's files.

theta.py write FOLDER        saves a data set of 3 x 3 images in 3 classes
theta.py read THETA FOLDER   prints the tensors of a file of parameters of the 9-4-3 tanh perceptron, its loss on Train, and the
                             eigenvalue of largest magnitude of the loss's Hessian, from differences of the gradient
"""
import json
import sys

import numpy as np


def write(folder):
    random = np.random.default_rng(1)
    for split, count in [("train", 40), ("validation", 15), ("test", 15)]:
        labels = np.arange(count) % 3
        images = random.uniform(0, 0.5, (count, 3, 3)).astype(np.float32)
        images[np.arange(count), labels] += 0.5
        np.save(f"{folder}/{split}_images.npy", images)
        np.save(f"{folder}/{split}_labels.npy", labels)


def tensors_of(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        data = file.read()
    for name, entry in header.items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            yield name, np.frombuffer(data[begin:end], {"F32": "<f4", "F64": "<f8"}[entry["dtype"]]).reshape(entry["shape"])


def loss_and_gradient(theta, inputs, labels):
    w1, b1, w2, b2 = (part.reshape(shape) for part, shape in zip(np.split(theta, [36, 40, 52]), [(4, 9), (4,), (3, 4), (3,)]))
    units = np.tanh(inputs @ w1.T + b1)
    logits = units @ w2.T + b2
    logits -= logits.max(1, keepdims=True)
    log_sums = np.log(np.exp(logits).sum(1, keepdims=True))
    rows = np.arange(len(labels))
    slope = np.exp(logits - log_sums)
    slope[rows, labels] -= 1
    slope /= len(labels)
    inner = (slope @ w2) * (1 - units**2)
    gradient = [inner.T @ inputs, inner.sum(0), slope.T @ units, slope.sum(0)]
    return (log_sums[:, 0] - logits[rows, labels]).mean(), np.concatenate([part.ravel() for part in gradient])


def read(path, folder):
    tensors = dict(tensors_of(path))
    inputs = np.load(f"{folder}/train_images.npy").reshape(-1, 9).astype(np.float64)
    labels = np.load(f"{folder}/train_labels.npy")
    theta = np.concatenate([tensor.ravel() for tensor in tensors.values()]).astype(np.float64)
    h = 1e-5
    columns = [
        (loss_and_gradient(theta + h * e, inputs, labels)[1] - loss_and_gradient(theta - h * e, inputs, labels)[1]) / (2 * h)
        for e in np.eye(theta.size)
    ]
    eigenvalues = np.linalg.eigvalsh(np.array(columns))
    print(", ".join(f"{name} {list(tensor.shape)}" for name, tensor in tensors.items()))
    print(repr(float(loss_and_gradient(theta, inputs, labels)[0])))
    print(repr(float(np.abs(eigenvalues).max())))


if __name__ == "__main__":
    {"write": write, "read": read}[sys.argv[1]](*sys.argv[2:])
