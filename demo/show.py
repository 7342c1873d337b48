"""What the demo shows in the terminal."""

from __future__ import annotations

import os
import shutil
import sys
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from etl.mirror.query import query_mirror

_ARROWS = {
    "UP": "green",
    "DOWN": "red",
    "SAME": "dim",
    "NEW": "bold cyan",
    "RE-ENTRY": "bold magenta",
    "UNKNOWN": "dim",
}

_TOP_TEN = """
select position, status, position_change, song_name, artist_credit, peak_position, periods_on_chart
from movements
where snapshot_at = (select max(snapshot_at) from movements) and position <= 10
order by position
"""


def number_one(mirror: Path, moment: datetime) -> Text:
    """A line for the week just past: who leads it, and how many songs are new."""
    result = query_mirror(
        mirror,
        "select song_name, artist_credit, periods_on_chart,"
        " count(*) filter (where status = 'NEW') over () as new"
        " from movements where snapshot_at = (select max(snapshot_at) from movements)"
        " qualify position = 1",
    )
    (song, credit, _, new) = result.rows[0]
    line = Text(f"  {moment:%Y-%m-%d}  No. 1  ")
    line.append(song, "bold").append(f" · {credit}")
    return line.append(f"   {new} new" if new else "", "cyan")


def print_top_ten(mirror: Path, console: Console) -> None:
    """This week's top ten with its movements."""
    table = Table(title="\nThis week's top ten", title_justify="left", title_style="bold", box=None)
    for name, justify in (("", "right"), ("", "left"), ("song", "left"), ("artist", "left")):
        table.add_column(name, justify=justify)  # type: ignore[arg-type]
    table.add_column("peak", justify="right")
    table.add_column("weeks", justify="right")
    for position, status, change, song, credit, peak, periods in query_mirror(
        mirror, _TOP_TEN
    ).rows:
        movement = Text(_movement(status, change), _ARROWS[status])
        table.add_row(
            str(position), movement, Text(song, "bold"), Text(credit), str(peak), str(periods)
        )
    console.print(table)


def print_next_steps(into: Path, console: Console) -> None:
    """The commands to try next, as they have to be typed here."""
    program = _program()
    console.print("\n[bold]Try next[/]\n")
    console.print(f"  export CHARTLAKE_LAKE={into} CHARTLAKE_MIRROR={into / 'mirror.duckdb'}")
    for command in (
        "status",
        "report",
        'query "select song_name, max(periods_on_chart) as weeks from movements'
        ' group by all order by weeks desc limit 5"',
        'query --format csv "from gaps"',
        "--help",
    ):
        console.print(f"  {program} {escape(command)}", soft_wrap=True)


def _movement(status: str, change: int | None) -> str:
    if status == "UP":
        return f"▲ {change}"
    if status == "DOWN":
        return f"▼ {-(change or 0)}"
    return {"SAME": "=", "NEW": "NEW", "RE-ENTRY": "RE"}.get(status, "")


def _program() -> str:
    if shutil.which("chartlake"):
        return "chartlake"
    path = Path(sys.argv[0])
    return os.path.relpath(path) if path.name == "chartlake" else f"{sys.executable} -m etl"
