"""Split: land a bulk table as one raw file for each chart and month, the rows word for word.

The table is read twice, as a stream: for what it holds, and for its rows. Rows wait in files of a
scratch folder, one for each chart and month, and land from there.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from etl.lake import CONCURRENT_REQUESTS, Lake, in_parallel
from etl.lake.layout import Partition
from etl.pipeline.batch import Progress
from etl.pipeline.identify import month_name
from etl.pipeline.landing import write_once
from etl.pipeline.unpack import BulkTable
from etl.sources.bulk.dates import chart_date
from etl.sources.bulk.layout import Layout
from etl.sources.bulk.rows import Placed, Table
from etl.sources.bulk.source import Source, cells_of, is_text, lines_of, reading
from etl.sources.chart_files import ROW_CHARACTERS
from etl.sources.chart_months import edge_of_week

# How many characters of rows wait in memory, before they are written to the scratch folder.
_WAITING = 32 * 2**20
_ROWS_BETWEEN_REPORTS = 20_000


@dataclass(slots=True)
class SetAside:
    """The rows of a table that do not land: how many for each reason, and the first lines."""

    counts: Counter[str] = field(default_factory=Counter)
    lines: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def add(self, reason: str, line: int) -> None:
        """Count a row."""
        self.counts[reason] += 1
        if len(self.lines[reason]) < 3:
            self.lines[reason].append(line)


@dataclass(frozen=True, slots=True)
class LandedTable:
    """A table that landed: its file, the names of its raw files, and how many rows they have."""

    name: str
    names: tuple[str, ...]
    charts: int
    rows: int
    repeated: int
    set_aside: SetAside


def land_table(
    lake: Lake,
    found: BulkTable,
    scratch: Path,
    progress: Progress | None = None,
) -> LandedTable:
    """Land the rows of a table; they wait in the folder `scratch`.

    Raises InvalidInput where the file is damaged, before any row lands.
    """
    source, layout = found.source, found.layout
    table, report = Table(layout), progress or (lambda done, total: None)
    with reading(source.origin):
        total = _survey(table, source, report)
        spool, set_aside = _Spool(scratch), SetAside()
        for number in _rows_above(source, layout):
            set_aside.add("it stands above the header", number)
        cadences, edge = table.cadences(), edge_of_week(layout.header, layout.date)
        for number, line, cells in _rows(source, layout):
            placed = table.placed(cells)
            if isinstance(placed, Placed):
                cadence = placed.cadence or cadences.get(placed.chart)
                if cadence and is_text(line):
                    chart_id = f"{placed.chart}-{cadence}"
                    day = chart_date(placed.day, edge if cadence == "weekly" else None)
                    spool.add(Partition(chart_id, f"{day:%Y-%m}"), number, placed, line)
                else:
                    set_aside.add(
                        "the text cannot be read" if cadence else "nothing says daily or weekly",
                        number,
                    )
            else:
                set_aside.add(placed, number)
            if number % _ROWS_BETWEEN_REPORTS == 0:
                report(total + number, 2 * total)
        spool.flush()
    raw_files = _RawFiles(table, spool, set_aside)
    names: list[str] = []
    partitions = iter(sorted(spool.paths))
    while group := list(islice(partitions, CONCURRENT_REQUESTS)):
        files = [(month_name(one), body) for one in group if (body := raw_files.body(one))]
        names += in_parallel(lambda file: write_once(lake, *file), files)
    return LandedTable(
        source.origin.replace("\\", "/").rpartition("/")[2],
        tuple(names),
        len({partition.chart_id for partition in spool.paths}),
        raw_files.rows,
        raw_files.repeated,
        set_aside,
    )


class _Spool:
    """Rows that wait in a scratch folder, in the order of the table, by chart and month."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._waiting: dict[Partition, list[str]] = defaultdict(list)
        self._characters = 0
        self.paths: dict[Partition, Path] = {}

    def add(self, partition: Partition, number: int, placed: Placed, line: str) -> None:
        self._waiting[partition].append(f"{number}\t{placed.day.day}\t{placed.rank}\t{line}")
        self._characters += len(line)
        if self._characters > _WAITING:
            self.flush()

    def flush(self) -> None:
        for partition, rows in self._waiting.items():
            path = self.paths.setdefault(partition, self._folder / f"{len(self.paths)}.rows")
            with path.open("a", encoding="utf-8", newline="") as file:
                file.writelines(rows)
        self._waiting.clear()
        self._characters = 0

    def rows(self, partition: Partition) -> Iterator[tuple[int, tuple[str, str], str]]:
        """The rows: the number of the line, day and rank, and the line."""
        with self.paths[partition].open(encoding="utf-8", newline="\n") as file:
            for record in file:
                number, day, rank, line = record.split("\t", 3)
                yield int(number), (day, rank), line


class _RawFiles:
    """The raw file of each chart and month, without those that say what others contradict."""

    def __init__(self, table: Table, spool: _Spool, set_aside: SetAside) -> None:
        self._table, self._spool, self._set_aside = table, spool, set_aside
        self.rows = self.repeated = 0

    def body(self, partition: Partition) -> bytes:
        lines = self._without_repeats(partition)
        if not lines:
            return b""
        header = self._table.layout.text.rstrip("\r\n") + _end_of(lines[0])
        return "".join([header, *lines]).encode()

    def _without_repeats(self, partition: Partition) -> list[str]:
        """The lines; of rows that say the same, the first, and none of those that do not."""
        by_place: dict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
        for number, place, line in self._spool.rows(partition):
            by_place[place].append((number, line))
        kept: list[tuple[int, str]] = []
        for rows in by_place.values():
            if len(rows) > 1 and len({self._meaning(line) for _, line in rows}) > 1:
                for number, _ in rows:
                    self._set_aside.add("another row has the same chart, day and rank", number)
            else:
                kept.append(rows[0])
                self.repeated += len(rows) - 1
        self.rows += len(kept)
        return [line for _, line in sorted(kept)]

    def _meaning(self, line: str) -> tuple[str, ...]:
        cells = cells_of(line, self._table.layout.delimiter)
        return tuple(self._table.read([*cells[: self._table.width], ""]))


def _survey(table: Table, source: Source, report: Callable[[int, int], None]) -> int:
    """Read a table for what it holds; returns the number of its last line."""
    number = table.layout.line
    for number, line, cells in _rows(source, table.layout):
        table.look_at(cells)
        if number % _ROWS_BETWEEN_REPORTS == 0:
            # A guess from the length of a row; how many there are is not known yet.
            guess = max(number, source.size // max(len(line), 1))
            report(number, 2 * guess)
    return number


def _rows_above(source: Source, layout: Layout) -> list[int]:
    """The numbers of the lines above the header that are rows, and not notes."""
    width = len(layout.header.names)
    lines = enumerate(islice(lines_of(source), layout.line - 1), 1)
    found = ((number, cells_of(line, layout.delimiter)) for number, line in lines)
    return [number for number, cells in found if len(cells) == width and all(cells[:2])]


def _rows(source: Source, layout: Layout) -> Iterator[tuple[int, str, list[str]]]:
    """The rows that are not blank, each with the number of its line and the line itself."""
    lines = enumerate(lines_of(source), 1)
    for number, line in islice(lines, layout.line, None):
        # What is too long is not taken apart.
        is_short = len(line) <= ROW_CHARACTERS
        cells = cells_of(line, layout.delimiter) if is_short else [line]
        if any(cells):
            yield number, line.rstrip("\r\n") + _end_of(line), cells


def _end_of(line: str) -> str:
    return "\r\n" if line.endswith("\r\n") else "\n"
