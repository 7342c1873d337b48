"""Benchmarks: how fast chartlake is, beside what else could do the same.

    make benchmarks                                   # everything: an hour, 15 GB, two quiet cores
    python -m benchmarks --only process --sizes 1000  # one case
    make benchmarks-short                             # small sizes: about two minutes

Each case is a module in `cases`. It lets `inputs` make raw files or whole lakes, all invented, runs
the real command and its `contenders` as child processes, turn by turn, and yields the rows of the
table. Times are the lowest of all rounds: CPU seconds of the child with all that it starts, and
seconds on the wall. Memory is the highest peak.

On a machine that others use, times double from one minute to the next. Compare within one run, by
CPU; that is what `limits` do, which fail the short form. The results are in `docs/performance.md`.
"""
