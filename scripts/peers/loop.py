"""Ten million turns of a loop in CPython; quick: a million, and the time ten times."""
import sys, time

share = 10 if sys.argv[2] == "quick" else 1
wanted = sys.argv[3:]


def turns(n):
    s = 0
    for i in range(n):
        s = s + i * i
    return s


if "loop" in wanted:
    start = time.perf_counter()
    turns(10_000_000 // share)
    print("@ loop", (time.perf_counter() - start) * share)
if "loop_top" in wanted:
    start = time.perf_counter()
    s = 0
    for i in range(10_000_000 // share):
        s = s + i * i
    print("@ loop_top", (time.perf_counter() - start) * share)


class Counter:
    def __init__(self, total):
        self.total = total

    def add(self, x):
        self.total += x

    def __add__(self, b):
        return Counter(self.total + b)


def best(f):
    times = []
    for i in range(5):
        start = time.perf_counter()
        f()
        times.append(time.perf_counter() - start)
    return min(times)


def methods():
    c = Counter(0)
    for i in range(100_000):
        c.add(i)


def objects():
    c = Counter(0)
    for i in range(100_000):
        c = c + i


if "methods" in wanted:
    print("@ methods", best(methods))
if "objects" in wanted:
    print("@ objects", best(objects))
