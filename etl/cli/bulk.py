"""Landing bulk tables from the command line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from etl.cli.app import progress_bar, warn
from etl.wording import counted, printable

if TYPE_CHECKING:
    from etl.lake import Lake
    from etl.pipeline.split import LandedTable


def land_tables(lake: Lake, path: Path) -> list[LandedTable] | None:
    """Land the bulk tables in a file, and print what became of their rows; None if it has none."""
    from etl.files import scratch_folder
    from etl.pipeline.identify import identify
    from etl.pipeline.split import land_table, tables_in

    if identify(path.name).partition or not path.is_file():
        return None
    landed = []
    with scratch_folder() as folder:
        for number, (source, layout) in enumerate(tables_in(path, Path(folder))):
            scratch = Path(folder, f"rows.{number}")
            scratch.mkdir()
            with progress_bar("splitting") as progress:
                landed.append(land_table(lake, path, source, layout, scratch, progress))
            _print(landed[-1])
    return landed or None


def _print(table: LandedTable) -> None:
    print(
        printable(
            f"landed {table.name}: {counted(table.rows, 'row')} of {counted(table.charts, 'chart')}"
            f" as {counted(len(table.names), 'raw file')}"
        )
    )
    if table.repeated:
        print(f"left out {counted(table.repeated, 'row')} that stood there twice")
    for reason, count in table.set_aside.counts.most_common():
        shown = sorted(table.set_aside.lines[reason])
        where = f"{'line' if count == 1 else 'lines'} {', '.join(map(str, shown))}"
        more = f" and {count - len(shown):,} more" if count > len(shown) else ""
        print(printable(f"set aside {counted(count, 'row')}: {reason} ({where}{more})"))
    if not table.rows:
        warn(printable(f"{table.name}: no row could be landed"))
