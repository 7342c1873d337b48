"""Files that are larger, smaller or worse than usual, among files that are as usual."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.measuring import Contender, Program, alternate
from benchmarks.table import Row, rows_of

ODD = {
    "and three that are no responses": "refused",
    "and one of 60 MB": "large",
    "and 10,000 tiny ones": "tiny",
}


def measure(bench: Bench, size: int) -> Iterator[Row]:
    """Process `size` playlists alone, and with each kind of odd files."""
    usual = bench.made("playlists", bench.folder / "usual", size)

    def processing(*folders: Path) -> Program:
        # Exit status 1 says that files were quarantined.
        return bench.chartlake(bench.landed(usual, *folders), "process", statuses=(0, 1))

    contenders: dict[str, Contender] = {"playlists": processing}
    for name, kind in ODD.items():
        odd = bench.made("odd", bench.folder / kind, kind)
        contenders[name] = partial(processing, odd)
    yield from rows_of("odd-input", size, alternate(contenders, bench.rounds))
