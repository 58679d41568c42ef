"""Adam, and single operations on 1000 x 1000."""
from common import *

if "adam" in wanted:
    model = cnn()
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-4, fused=True)
    for p in model.parameters():
        p.grad = torch.rand_like(p) - 0.5
    optimizer.step()
    report("adam", timeit(optimizer.step))

x, norm = torch.randn(1000, 1000), nn.LayerNorm(1000)
mask = x > 0
operations = {
    "transpose": lambda: x.T.reshape(-1),
    "cumsum": lambda: x.cumsum(1),
    "mask": lambda: x[mask],
    "sum_rows": lambda: x.sum(1),
    "sum_columns": lambda: x.sum(0),
    "sum": lambda: x.sum(),
    "concat": lambda: torch.cat([x, x]),
    "layer_norm": lambda: norm(x),
    "gelu": lambda: nn.functional.gelu(x),
    "softmax": lambda: torch.softmax(x, -1),
    "exp": lambda: x.exp(),
}
with torch.no_grad():
    for name, operation in operations.items():
        if name in wanted:
            report(name, timeit(operation))
