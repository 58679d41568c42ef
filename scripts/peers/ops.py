"""Adam, softmax and layer norm."""
from common import *

if "adam" in wanted:
    model = cnn()
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-4, fused=True)
    for p in model.parameters():
        p.grad = torch.rand_like(p) - 0.5
    optimizer.step()
    report("adam", timeit(optimizer.step))
with torch.no_grad():
    if "softmax" in wanted:
        x = torch.randn(1024, 1000)
        report("softmax", timeit(lambda: torch.softmax(x, -1)))
    if "layer_norm" in wanted:
        x, norm = torch.randn(1024, 1024), nn.LayerNorm(1024)
        report("layer_norm", timeit(lambda: norm(x)))
