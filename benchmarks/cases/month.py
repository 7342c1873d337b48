"""What one more snapshot costs in a month that has many: the files of a month are written again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.measuring import lowest, run
from benchmarks.table import Row

CHARTS = 20
# Up to 743 snapshots, an hour apart, are of one month.
HOURS = 1


def measure(bench: Bench, size: int) -> Iterator[Row]:
    """Process one more playlist of each chart where each has `size` snapshots in the month."""
    count = size * CHARTS
    made = bench.made("playlists", bench.folder / "raw", count + CHARTS, CHARTS, HOURS)
    lake = bench.landed(made)
    pending = lake / "raw_data/to_be_processed"
    latest = sorted(pending.iterdir(), key=lambda path: path.name[-21:])[count:]
    aside = bench.folder / "latest"
    aside.mkdir()
    _move(latest, aside)
    run(bench.chartlake(lake, "process"))
    start = lowest([run(bench.chartlake(lake, "process")) for _ in range(bench.rounds)])
    stored = _bytes(lake / "transformed_data") / count if count else 0
    _move(list(aside.iterdir()), pending)
    cost = run(bench.chartlake(lake, "process"))
    each = f"{1000 * (cost.cpu - start.cpu) / CHARTS:.0f} ms of CPU a snapshot"
    note = f"{each}; {stored:,.0f} bytes of tables a snapshot" if size else each
    yield Row("month", size, "one more of each of 20 charts", cost, note=note)


def _move(files: list[Path], folder: Path) -> None:
    for path in files:
        path.rename(folder / path.name)


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
