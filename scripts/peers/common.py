"""What the peers share: the networks in PyTorch, a training step as people write it, timing, and IDX files."""
import gzip, os, statistics, struct, sys, time

import numpy as np
import torch
from torch import nn

data_folder, scale, wanted = sys.argv[1], sys.argv[2], sys.argv[3:]
quick = scale == "quick"
torch.set_num_threads(int(os.environ.get("BENCH_THREADS", "1")))
torch.manual_seed(1)


def cnn():
    return nn.Sequential(
        nn.Conv2d(1, 8, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(8, 16, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(576, 600), nn.ReLU(), nn.Dropout(0.3), nn.Linear(600, 120), nn.ReLU(),
        nn.Linear(120, 10))


def lenet():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10))


def mlp():
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 10))


def images(n):
    return torch.rand(n, 1, 28, 28), torch.randint(0, 10, (n,))


def epoch(model, optimizer, x, y, batch, criterion=nn.functional.cross_entropy):
    """Seconds of one pass in random order, the loss summed as a log would have it."""
    start, order, total = time.perf_counter(), torch.randperm(len(x)), 0.0
    for i in range(0, len(x), batch):
        rows = order[i : i + batch]
        optimizer.zero_grad()
        loss = criterion(model(x[rows]), y[rows])
        loss.backward()
        optimizer.step()
        total += loss.item() * len(rows)
    return time.perf_counter() - start


def timeit(f, repeat=5, number=None):
    """The median seconds of a call."""
    if number is None:
        number = 1
        while True:
            start = time.perf_counter()
            for _ in range(number):
                f()
            if time.perf_counter() - start >= 0.01:
                break
            number *= 2
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        for _ in range(number):
            f()
        times.append((time.perf_counter() - start) / number)
    return statistics.median(times)


def read_idx(path):
    with gzip.open(path) if path.endswith(".gz") else open(path, "rb") as file:
        _, _, _, rank = struct.unpack(">4B", file.read(4))
        shape = struct.unpack(f">{rank}I", file.read(4 * rank))
        return np.frombuffer(file.read(), dtype=np.uint8).reshape(shape)


def load(part):
    def find(kind):
        base = os.path.join(data_folder, f"{part}-{kind}-ubyte")
        return read_idx(base + ".gz" if os.path.exists(base + ".gz") else base)

    x = torch.tensor(find("images-idx3"), dtype=torch.float32)[:, None] / 255
    return x, torch.tensor(find("labels-idx1"), dtype=torch.long)


def report(name, seconds, way="-"):
    """Seconds, and how they were reached where there are several ways."""
    print("@", name, f"{seconds:.9f}", way, flush=True)
