"""Reading Fashion-MNIST from its compressed files into tensors."""
from common import *

report("load", timeit(lambda: (load("train"), load("t10k")), repeat=3, number=1))
