"""Products of matrices: square ones, and those of the CNN's first linear layer with a batch of 8."""
from common import *

for n in [64, 128, 256, 512, 1024, 2048]:
    if f"matmul{n}" in wanted:
        a = torch.rand(n, n)
        report(f"matmul{n}", timeit(lambda: a @ a))

x, w, g = torch.rand(8, 576), torch.rand(600, 576), torch.rand(8, 600)
if "thin_forward" in wanted:
    report("thin_forward", timeit(lambda: x @ w.T))
if "thin_input" in wanted:
    report("thin_input", timeit(lambda: g @ w))
if "thin_weight" in wanted:
    report("thin_weight", timeit(lambda: g.T @ x))
