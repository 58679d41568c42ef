"""Training steps of networks in PyTorch as people write them, eager, by torch.compile or the better of the two."""
import signal

from common import *
from torch.nn import functional as F

way = os.environ.get("BENCH_PEER", "better")


def normed(*conv, **options):
    conv = nn.Conv2d(*conv, **options)
    return [conv, nn.BatchNorm2d(conv.out_channels), nn.ReLU()]


class ResidualBlock(nn.Module):
    def __init__(self, inputs, channels, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, channels, 3, stride, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(channels)
        self.short = nn.Identity()
        if stride > 1:
            conv3 = nn.Conv2d(inputs, channels, 1, stride, bias=False)
            self.short = nn.Sequential(conv3, nn.BatchNorm2d(channels))

    def forward(self, x):
        y = self.norm2(self.conv2(F.relu(self.norm1(self.conv1(x)))))
        return F.relu(y + self.short(x))


def residual():
    return nn.Sequential(
        *normed(1, 16, 3, padding=1, bias=False), ResidualBlock(16, 16, 1), ResidualBlock(16, 32, 2),
        ResidualBlock(32, 64, 2), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))


def vgg():
    return nn.Sequential(
        *normed(3, 32, 3, padding=1), *normed(32, 32, 3, padding=1), nn.MaxPool2d(2), *normed(32, 64, 3, padding=1),
        *normed(64, 64, 3, padding=1), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(4096, 128), nn.ReLU(),
        nn.Linear(128, 10))


def depthwise():
    layers = normed(3, 32, 3, stride=2, padding=1, bias=False)
    for inputs, channels, stride in [(32, 64, 1), (64, 128, 2), (128, 128, 1)]:
        layers += normed(inputs, inputs, 3, stride=stride, padding=1, groups=inputs, bias=False)
        layers += normed(inputs, channels, 1, bias=False)
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(128, 10))


def tanh_mlp():
    return nn.Sequential(
        nn.Flatten(), nn.Linear(784, 256), nn.Tanh(), nn.Linear(256, 256), nn.Tanh(), nn.Linear(256, 10))


def autoencoder():
    return nn.Sequential(
        nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 32), nn.ReLU(), nn.Linear(32, 128), nn.ReLU(),
        nn.Linear(128, 784))


class GPTBlock(nn.Module):
    def __init__(self, size, heads):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(size), nn.LayerNorm(size)
        self.enter, self.leave = nn.Linear(size, 3 * size), nn.Linear(size, size)
        self.mlp = nn.Sequential(nn.Linear(size, 4 * size), nn.GELU(), nn.Linear(4 * size, size))

    def forward(self, x):
        n, time, size = x.shape
        q, k, v = (
            part.view(n, time, self.heads, -1).transpose(1, 2) for part in self.enter(self.norm1(x)).split(size, -1))
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.leave(y.transpose(1, 2).reshape(n, time, size))
        return x + self.mlp(self.norm2(x))


class GPT(nn.Module):
    def __init__(self, letters=65, size=128, depth=4):
        super().__init__()
        self.enter, self.place = nn.Embedding(letters, size), nn.Embedding(64, size)
        self.blocks = nn.Sequential(*(GPTBlock(size, 4) for _ in range(depth)))
        self.norm, self.leave = nn.LayerNorm(size), nn.Linear(size, letters)

    def forward(self, tokens):
        h = self.enter(tokens) + self.place(torch.arange(tokens.shape[1]))
        return self.leave(self.norm(self.blocks(h)))


class Rows(nn.Module):
    def __init__(self):
        super().__init__()
        self.memory, self.leave = nn.GRU(28, 128, batch_first=True), nn.Linear(128, 10)

    def forward(self, x):
        y, _ = self.memory(x.squeeze(1))
        return self.leave(y[:, -1])


class HandMLP(nn.Module):
    """The scores of a network of plain tensors."""

    def __init__(self):
        super().__init__()
        weights = torch.randn(784, 128) / 28, torch.zeros(128), torch.randn(128, 10) / 11, torch.zeros(10)
        self.weights = nn.ParameterList(weights)

    def forward(self, x):
        w1, b1, w2, b2 = self.weights
        return F.relu(x @ w1 + b1) @ w2 + b2


class Descent:
    """Plain gradient descent by hand."""

    def __init__(self, weights):
        self.weights = list(weights)

    def zero_grad(self):
        for w in self.weights:
            w.grad = None

    @torch.no_grad()
    def step(self):
        for w in self.weights:
            w -= 0.1 * w.grad


def adam(weights):
    return torch.optim.Adam(weights, lr=5e-4, fused=True)


def late(*_):
    raise TimeoutError("it takes over 2 minutes")


def step(name, make, shape, batch, steps, optimizer=adam):
    if name not in wanted:
        return
    steps = max(2, steps // 5) if quick else steps
    x, y, loss = torch.rand(batch * steps, *shape), torch.randint(0, 10, (batch * steps,)), F.cross_entropy
    if name == "autoencoder":
        y, loss = x, F.mse_loss
    if name == "gpt":
        tokens = torch.randint(0, 65, (batch * steps, 65))
        x, y = tokens[:, :-1], tokens[:, 1:]
        loss = lambda scores, targets: F.cross_entropy(scores.flatten(0, 1), targets.flatten())

    def seconds(compiled):
        model = make()
        update = optimizer(model.parameters())
        if compiled:
            model = torch.compile(model)
            signal.setitimer(signal.ITIMER_REAL, 120, 5)
            try:
                epoch(model, update, x[:batch], y[:batch], batch, loss)
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
        times = [epoch(model, update, x, y, batch, loss) for _ in range(4)]
        return statistics.median(times[1:]) / steps

    found = {} if way == "compile" else {"eager": seconds(False)}
    if way != "eager":
        try:
            found["compile"] = seconds(True)
        except Exception as error:
            print("! no torch.compile of", name + ":", (str(error).strip() or repr(error)).splitlines()[0], flush=True)
            if not found:
                found["eager"] = seconds(False)
    best = min(found, key=found.get)
    report(name, found[best], best)


signal.signal(signal.SIGALRM, late)
step("residual", residual, [1, 28, 28], 32, 20)
step("vgg", vgg, [3, 32, 32], 32, 8)
step("depthwise", depthwise, [3, 32, 32], 32, 50)
step("tanh_mlp", tanh_mlp, [1, 28, 28], 64, 200, lambda w: torch.optim.SGD(w, lr=5e-4, fused=True))
step("autoencoder", autoencoder, [784], 128, 100)
step("gpt", GPT, [64], 16, 8, lambda w: torch.optim.AdamW(w, lr=5e-4, fused=True))
step("gru", Rows, [1, 28, 28], 64, 40)
step("hand_mlp", HandMLP, [784], 64, 500, Descent)
