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
