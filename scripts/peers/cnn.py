"""Training steps and inference on random images, in PyTorch as people write it."""
import statistics

from common import *


def step(name, make, batch, steps, fused=False):
    if name not in wanted:
        return
    steps = steps // 5 if quick else steps
    model = make()
    x, y = images(batch * steps)
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-4, fused=fused)
    times = [epoch(model, optimizer, x, y, batch) for _ in range(4)]
    report(name, statistics.median(times[1:]) / steps)


step("step1", cnn, 1, 500)
step("step8", cnn, 8, 250)
step("step8_fused", cnn, 8, 250, fused=True)
step("step64", cnn, 64, 60)
step("step512", cnn, 512, 10)
step("lenet8", lenet, 8, 250)
step("mlp64", mlp, 64, 100)

if "inference" in wanted:
    model = cnn().eval()
    x, _ = images(10_000)

    @torch.no_grad()
    def classes():
        return torch.cat([model(part).argmax(1) for part in x.split(1000)])

    classes()
    report("inference", timeit(classes, repeat=3, number=1))
