"""Steps of networks and formulas of courses in PyTorch, as people write them there."""
from common import *
from torch.nn import functional as F


def timed(name, count, call):
    count = max(2, count // 5) if quick else count
    seconds = []
    for _ in range(4):
        start = time.perf_counter()
        for _ in range(count):
            call()
        seconds.append((time.perf_counter() - start) / count)
    report(name, statistics.median(seconds[1:]))


def stepping(net, loss, optimizer=torch.optim.Adam):
    update = optimizer(net.parameters(), lr=5e-4, fused=True)

    def step():
        update.zero_grad()
        value = loss()
        value.backward()
        update.step()
        value.item()

    return step


def classified(name, make, shape, batch, count):
    if name in wanted:
        net, x, y = make(), torch.rand(batch, *shape), torch.randint(0, 10, (batch,))
        timed(name, count, stepping(net, lambda: F.cross_entropy(net(x), y)))


def twice(inputs, channels):
    parts = []
    for size in (inputs, channels):
        parts += [nn.Conv2d(size, channels, 3, padding=1), nn.BatchNorm2d(channels), nn.ReLU()]
    return nn.Sequential(*parts)


class UNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.down1, self.down2, self.middle = twice(1, 16), twice(16, 32), twice(32, 64)
        self.up2, self.join2 = nn.ConvTranspose2d(64, 32, 2, 2), twice(64, 32)
        self.up1, self.join1 = nn.ConvTranspose2d(32, 16, 2, 2), twice(32, 16)
        self.leave = nn.Conv2d(16, 1, 1)

    def forward(self, x):
        a = self.down1(x)
        b = self.down2(F.max_pool2d(a, 2))
        c = self.middle(F.max_pool2d(b, 2))
        b = self.join2(torch.cat([self.up2(c), b], 1))
        return self.leave(self.join1(torch.cat([self.up1(b), a], 1)))


class WordsLSTM(nn.Module):
    def __init__(self):
        super().__init__()
        self.enter, self.leave = nn.Embedding(1000, 64), nn.Linear(128, 1000)
        self.memory = nn.LSTM(64, 128, batch_first=True)

    def forward(self, words):
        return self.leave(self.memory(self.enter(words))[0])


class Sentiment(nn.Module):
    def __init__(self):
        super().__init__()
        self.enter, self.leave = nn.Embedding(2000, 64), nn.Linear(128, 2)
        self.memory = nn.LSTM(64, 64, batch_first=True, bidirectional=True)

    def forward(self, words):
        return self.leave(self.memory(self.enter(words))[0].mean(1))


class VAE(nn.Module):
    def __init__(self):
        super().__init__()
        self.enter, self.mean, self.log_variance = nn.Linear(784, 256), nn.Linear(256, 20), nn.Linear(256, 20)
        self.back, self.leave = nn.Linear(20, 256), nn.Linear(256, 784)

    def forward(self, x):
        h = F.relu(self.enter(x))
        m, v = self.mean(h), self.log_variance(h)
        z = m + torch.exp(0.5 * v) * torch.randn_like(m)
        return self.leave(F.relu(self.back(z))), m, v


class Head(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.key, self.query, self.value = (nn.Linear(128, size, bias=False) for _ in range(3))
        self.register_buffer("mask", torch.tril(torch.ones(64, 64)))

    def forward(self, x):
        k, q = self.key(x), self.query(x)
        scores = q @ k.transpose(-2, -1) * k.shape[-1] ** -0.5
        scores = scores.masked_fill(self.mask == 0, float("-inf"))
        return F.softmax(scores, dim=-1) @ self.value(x)


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.heads = nn.ModuleList([Head(32) for _ in range(4)])
        self.mix, self.enter, self.leave = nn.Linear(128, 128), nn.Linear(128, 512), nn.Linear(512, 128)
        self.norm1, self.norm2 = nn.LayerNorm(128), nn.LayerNorm(128)

    def forward(self, x):
        y = self.norm1(x)
        x = x + self.mix(torch.cat([head(y) for head in self.heads], -1))
        return x + self.leave(F.relu(self.enter(self.norm2(x))))


class HandGPT(nn.Module):
    def __init__(self):
        super().__init__()
        self.enter, self.place = nn.Embedding(65, 128), nn.Embedding(64, 128)
        self.blocks, self.leave = nn.Sequential(Block(), Block()), nn.Linear(128, 65)

    def forward(self, letters):
        return self.leave(self.blocks(self.enter(letters) + self.place(torch.arange(64))))


class Encoder(nn.Module):
    def __init__(self, size=96, heads=4):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(size), nn.LayerNorm(size)
        self.enter, self.leave = nn.Linear(size, 3 * size), nn.Linear(size, size)
        self.mlp = nn.Sequential(nn.Linear(size, 2 * size), nn.GELU(), nn.Linear(2 * size, size))

    def forward(self, x):
        n, time, size = x.shape
        q, k, v = (
            part.view(n, time, self.heads, -1).transpose(1, 2) for part in self.enter(self.norm1(x)).split(size, -1))
        y = F.scaled_dot_product_attention(q, k, v)
        x = x + self.leave(y.transpose(1, 2).reshape(n, time, size))
        return x + self.mlp(self.norm2(x))


class VisionTransformer(nn.Module):
    def __init__(self):
        super().__init__()
        self.patches, self.place = nn.Conv2d(3, 96, 4, 4), nn.Parameter(torch.randn(64, 96))
        self.blocks = nn.Sequential(Encoder(), Encoder(), Encoder())
        self.norm, self.leave = nn.LayerNorm(96), nn.Linear(96, 10)

    def forward(self, x):
        h = self.patches(x).flatten(2).transpose(1, 2) + self.place
        return self.leave(self.norm(self.blocks(h)).mean(1))


def audio():
    return nn.Sequential(
        nn.Conv1d(1, 32, 7, 2, 3), nn.BatchNorm1d(32), nn.ReLU(), nn.Conv1d(32, 64, 5, 2, 2), nn.BatchNorm1d(64),
        nn.ReLU(), nn.Conv1d(64, 64, 3, padding=1), nn.ReLU(), nn.AdaptiveAvgPool1d(1), nn.Flatten(),
        nn.Linear(64, 10))


def discriminator():
    return nn.Sequential(
        nn.Conv2d(1, 32, 4, 2, 1), nn.LeakyReLU(0.2), nn.Conv2d(32, 64, 4, 2, 1), nn.BatchNorm2d(64),
        nn.LeakyReLU(0.2), nn.Flatten(), nn.Linear(3136, 10))


def generator():
    return nn.Sequential(
        nn.Linear(64, 3136), nn.ReLU(), nn.Unflatten(1, (64, 7, 7)), nn.ConvTranspose2d(64, 32, 4, 2, 1),
        nn.BatchNorm2d(32), nn.ReLU(), nn.ConvTranspose2d(32, 1, 4, 2, 1), nn.Sigmoid())


def tanh_lenet():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.Tanh(), nn.AvgPool2d(2), nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2),
        nn.Flatten(), nn.Linear(400, 120), nn.Tanh(), nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, 10))


def dropout_mlp():
    parts = []
    for size in (784, 256):
        parts += [nn.Linear(size, 256), nn.BatchNorm1d(256), nn.ReLU(), nn.Dropout(0.5)]
    return nn.Sequential(*parts, nn.Linear(256, 10))


class GroupedBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.norm1, self.norm2 = nn.GroupNorm(8, channels), nn.GroupNorm(8, channels)
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x):
        return x + self.conv2(F.silu(self.norm2(self.conv1(F.silu(self.norm1(x))))))


def grouped():
    return nn.Sequential(
        nn.Conv2d(3, 32, 3, padding=1), GroupedBlock(32), GroupedBlock(32), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
        nn.Linear(32, 10))


class SkipGrams(nn.Module):
    def __init__(self):
        super().__init__()
        self.centres, self.others = nn.Embedding(5000, 100), nn.Embedding(5000, 100)

    def forward(self, centre, other, wrong):
        u = self.centres(centre)
        right = (u * self.others(other)).sum(-1)
        false = (u.unsqueeze(1) * self.others(wrong)).sum(-1)
        return -(F.logsigmoid(right).mean() + F.logsigmoid(-false).mean())


def descent(name, count, loss, weights):
    """Plain gradient descent by hand."""
    weights = [w.requires_grad_() for w in weights]

    def update():
        for w in weights:
            w.grad = None
        loss(*weights).backward()
        for w in weights:
            w.data -= 0.1 * w.grad

    timed(name, count, update)


def gradient(f, x):
    def call():
        f(x.clone().requires_grad_()).backward()

    return call


classified("audio", audio, [1, 512], 32, 10)
classified("discriminator", discriminator, [1, 28, 28], 64, 10)
classified("tanh_lenet", tanh_lenet, [1, 28, 28], 64, 20)
classified("dropout_mlp", dropout_mlp, [784], 128, 50)
classified("grouped", grouped, [3, 32, 32], 16, 4)
classified("vision", VisionTransformer, [3, 32, 32], 16, 5)

if "unet" in wanted:
    net, x = UNet(), torch.rand(8, 1, 64, 64)
    y = (x > 0.5).float()
    timed("unet", 5, stepping(net, lambda: F.binary_cross_entropy_with_logits(net(x), y)))

if "words_lstm" in wanted:
    net, text = WordsLSTM(), torch.randint(0, 1000, (32, 33))
    x, y = text[:, :-1], text[:, 1:]
    timed("words_lstm", 10, stepping(net, lambda: F.cross_entropy(net(x).reshape(-1, 1000), y.flatten())))

if "sentiment" in wanted:
    net, x, y = Sentiment(), torch.randint(0, 2000, (32, 50)), torch.randint(0, 2, (32,))
    timed("sentiment", 10, stepping(net, lambda: F.cross_entropy(net(x), y)))

if "vae" in wanted:
    net, x = VAE(), torch.rand(64, 784)

    def vae_loss():
        y, m, v = net(x)
        return F.binary_cross_entropy_with_logits(y, x, reduction="sum") - 0.5 * torch.sum(
            1 + v - m ** 2 - torch.exp(v))

    timed("vae", 100, stepping(net, vae_loss))

if "generator" in wanted:
    net, x, y = generator(), torch.randn(64, 64), torch.rand(64, 1, 28, 28)
    timed("generator", 10, stepping(net, lambda: F.mse_loss(net(x), y)))

if "hand_gpt" in wanted:
    net, text = HandGPT(), torch.randint(0, 65, (16, 65))
    x, y = text[:, :-1], text[:, 1:]
    timed(
        "hand_gpt", 5,
        stepping(net, lambda: F.cross_entropy(net(x).reshape(-1, 65), y.flatten()), torch.optim.AdamW))

if "skip_grams" in wanted:
    net = SkipGrams()
    centre, other, wrong = (torch.randint(0, 5000, size) for size in ((256,), (256,), (256, 5)))
    timed("skip_grams", 50, stepping(net, lambda: net(centre, other, wrong)))

if "names" in wanted:
    x, y = torch.randint(0, 27, (32, 3)), torch.randint(0, 27, (32,))

    def names_loss(letters, w1, gain, bias, w2, b2):
        h = letters[x].view(32, 30) @ w1
        h = torch.tanh(gain * (h - h.mean(0, keepdim=True)) / h.std(0, keepdim=True) + bias)
        return F.cross_entropy(h @ w2 + b2, y)

    descent(
        "names", 300, names_loss,
        [torch.randn(27, 10), torch.randn(30, 200) * 0.2, torch.ones(200), torch.zeros(200),
         torch.randn(200, 27) * 0.1, torch.zeros(27)])

if "hand_rnn" in wanted:
    x, y = F.one_hot(torch.randint(0, 27, (32, 20)), 27).float(), torch.randint(0, 27, (32,))

    def rnn_loss(wx, wh, bias, wo):
        h = torch.zeros(32, 64)
        for t in range(20):
            h = torch.tanh(x[:, t] @ wx + h @ wh + bias)
        return F.cross_entropy(h @ wo, y)

    descent(
        "hand_rnn", 50, rnn_loss,
        [torch.randn(27, 64) * 0.1, torch.randn(64, 64) * 0.1, torch.zeros(64), torch.randn(64, 27) * 0.1])

if "hand_gelu" in wanted:
    timed(
        "hand_gelu", 10,
        gradient(
            lambda x: (0.5 * x * (1 + torch.tanh(0.79788 * (x + 0.044715 * x ** 3)))).sum(), torch.randn(512, 1024)))

if "hand_norm" in wanted:
    gain = torch.ones(1024)

    def norm(x):
        m = x.mean(-1, keepdim=True)
        v = ((x - m) ** 2).mean(-1, keepdim=True)
        return ((x - m) / torch.sqrt(v + 1e-5) * gain).sum()

    timed("hand_norm", 10, gradient(norm, torch.randn(512, 1024)))

if "grouped_inference" in wanted:
    net, x = grouped().eval(), torch.rand(16, 3, 32, 32)

    @torch.no_grad()
    def infer():
        net(x)

    timed("grouped_inference", 4, infer)
