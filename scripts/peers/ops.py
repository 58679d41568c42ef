"""Adam, and single operations on 1000 x 1000."""
from common import *

F = nn.functional

if "adam" in wanted:
    model = cnn()
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-4, fused=True)
    for p in model.parameters():
        p.grad = torch.rand_like(p) - 0.5
    optimizer.step()
    report("adam", timeit(optimizer.step))

x, y = torch.randn(1000, 1000), torch.randn(1000, 1000)
row, column, mask = torch.randn(1000), torch.randn(1000, 1), x > 0
pictures, heads = torch.randn(8, 16, 64, 64), torch.randn(16, 64, 8, 32)
places = (torch.arange(1000000) * 7919 % 1000).reshape(1000, 1000)
norm = nn.LayerNorm(1000)


def gradient(f):
    """The gradient of sum(f(x) * y) by x, as a function without arguments."""
    leaf = x.clone().requires_grad_()
    return lambda: torch.autograd.grad((f(leaf) * y).sum(), leaf)


cases = {
    "transpose": lambda: x.T.reshape(-1),
    "channels_last": lambda: pictures.permute(0, 2, 3, 1).reshape(-1),
    "heads": lambda: heads.permute(0, 2, 1, 3).reshape(-1),
    "concat": lambda: torch.cat([x, y], 1),
    "sum": lambda: x.sum(),
    "sum_rows": lambda: x.sum(1),
    "sum_columns": lambda: x.sum(0),
    "sum_middle": lambda: pictures.sum(2),
    "cumsum": lambda: x.cumsum(1),
    "exp": lambda: x.exp(),
    "sigmoid": lambda: x.sigmoid(),
    "gelu": lambda: F.gelu(x),
    "softmax": lambda: x.softmax(-1),
    "layer_norm": lambda: norm(x),
    "add": lambda: x + y,
    "add_row": lambda: x + row,
    "add_column": lambda: x + column,
    "mask": lambda: x[mask],
    "gather": lambda: x.gather(1, places),
}
gradients = {
    "gelu_backward": gradient(F.gelu),
    "softmax_backward": gradient(lambda x: x.softmax(-1)),
    "layer_norm_backward": gradient(norm),
}
with torch.no_grad():
    for name in wanted:
        if name in cases:
            report(name, timeit(cases[name]))
for name in wanted:
    if name in gradients:
        report(name, timeit(gradients[name]))
