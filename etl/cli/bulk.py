"""Landing bulk tables from the command line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from etl.cli.app import progress_bar
from etl.wording import counted, printable

if TYPE_CHECKING:
    from etl.lake import Lake
    from etl.pipeline.split import LandedTable
    from etl.pipeline.unpack import BulkTable


def land_bulk_table(lake: Lake, table: BulkTable) -> LandedTable:
    """Land a bulk table, and print what became of its rows."""
    from etl.files import scratch_folder
    from etl.pipeline.split import land_table

    with scratch_folder() as folder, progress_bar("splitting") as progress:
        landed = land_table(lake, table, Path(folder), progress)
    _print(landed)
    return landed


def _print(table: LandedTable) -> None:
    if table.rows:
        rows, charts = counted(table.rows, "row"), counted(table.charts, "chart")
        files = counted(len(table.names), "raw file")
        print(printable(f"landed {table.name}: {rows} of {charts} as {files}"))
    if table.repeated:
        print(f"left out {counted(table.repeated, 'row')} that stood there twice")
    for reason, count in table.set_aside.counts.most_common():
        shown = sorted(table.set_aside.lines[reason])
        where = f"{'line' if count == 1 else 'lines'} {', '.join(map(str, shown))}"
        more = f" and {count - len(shown):,} more" if count > len(shown) else ""
        print(printable(f"set aside {counted(count, 'row')}: {reason} ({where}{more})"))
