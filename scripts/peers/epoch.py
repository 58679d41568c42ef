"""Epochs of Fashion-MNIST; quick: a twentieth of the images, and the time twenty times."""
from common import *

share = 20 if quick else 1
x, y = load("train")
x, y = x[: len(x) // share], y[: len(y) // share]


def measure(name, make, batch):
    if name in wanted:
        model = make()
        report(name, epoch(model, torch.optim.Adam(model.parameters(), lr=5e-4), x, y, batch) * share)


measure("epoch8", cnn, 8)
measure("epoch64", cnn, 64)
measure("lenet_epoch8", lenet, 8)
measure("lenet_epoch64", lenet, 64)
if "memory" in wanted and "epoch64" not in wanted:
    model = cnn()
    epoch(model, torch.optim.Adam(model.parameters(), lr=5e-4), x, y, 64)
