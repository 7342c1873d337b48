"""The terminal output of the demo."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from etl.mirror.query import query_mirror
from etl.settings import Settings

_STATUS_STYLES = {
    "UP": "green",
    "DOWN": "red",
    "SAME": "dim",
    "NEW": "bold cyan",
    "RE-ENTRY": "bold magenta",
    "UNKNOWN": "dim",
}

_NUMBER_ONES = """
select
    snapshot_at,
    song_name,
    artist_credit,
    count(*) filter (where status = 'NEW') over (partition by snapshot_at) as new_songs
from movements
where chart_id = '{chart_id}'
qualify position = 1
order by snapshot_at
"""

_TOP_TEN = """
select position, status, position_change, song_name, artist_credit, peak_position, periods_on_chart
from movements
where chart_id = '{chart_id}' and position <= 10
qualify snapshot_at = max(snapshot_at) over ()
order by position
"""


def week_lines(mirror: Path, chart_id: str, count: int) -> Iterator[Text]:
    """A line about each of the latest `count` snapshots: its number one, and how many new songs."""
    number_ones = query_mirror(mirror, _NUMBER_ONES.format(chart_id=chart_id)).rows
    for snapshot_at, song, credit, new_songs in number_ones[-count:]:
        line = Text(f"  {snapshot_at:%Y-%m-%d}  No. 1  ")
        line.append(song, "bold").append(f" · {credit}")
        yield line.append(f"   {new_songs} new" if new_songs else "", "cyan")


def print_top_ten(mirror: Path, chart_id: str, console: Console) -> None:
    """Print the top ten of the chart's latest snapshot in the mirror, with its movements."""
    table = Table(title="\nThis week's top ten", title_justify="left", title_style="bold", box=None)
    for name, justify in (("", "right"), ("", "left"), ("song", "left"), ("artist", "left")):
        table.add_column(name, justify=justify)  # type: ignore[arg-type]
    table.add_column("peak", justify="right")
    table.add_column("weeks", justify="right")
    top_ten = query_mirror(mirror, _TOP_TEN.format(chart_id=chart_id)).rows
    for position, status, change, song, credit, peak, weeks in top_ten:
        movement = Text(_movement(status, change), _STATUS_STYLES[status])
        table.add_row(
            str(position), movement, Text(song, "bold"), Text(credit), str(peak), str(weeks)
        )
    console.print(table)


def print_next_steps(settings: Settings, console: Console) -> None:
    """Print commands to try next, ready to copy."""
    program = _program()
    console.print("\n[bold]Try next[/]\n")
    console.print(f"  export CHARTLAKE_LAKE={settings.lake} CHARTLAKE_MIRROR={settings.mirror}")
    console.print(f"  export CHARTLAKE_LABEL_OWNERS={settings.label_owners}")
    for command in (
        "ask",
        "ask song-spread --limit 5",
        "ask local-artists",
        "ask owner-shares",
        "status",
        "report",
        'query "select song_name, max(periods_on_chart) as weeks from movements'
        " where kind = 'song'"
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
