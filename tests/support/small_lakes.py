"""Small histories of made-up raw files, and ways to look at what became of them."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from etl.database import connect
from etl.lake import Lake
from etl.lake.layout import PENDING, PROCESSED
from tests.support import made_up

THURSDAY = date(2026, 1, 1)


def chart_name(week: int, region: str = "xx") -> str:
    """The name of a weekly chart file; week 0 ends on the first of January 2026."""
    return f"regional-{region}-weekly-{THURSDAY + timedelta(weeks=week)}.csv"


def chart_body(week: int, size: int = 5) -> bytes:
    """A chart in which each week's songs begin one further on."""
    return made_up.chart_file([made_up.chart_row(rank, week + rank) for rank in range(1, size + 1)])


def listing_name(week: int) -> str:
    """The name of a week's playlist snapshot."""
    return f"list {THURSDAY + timedelta(weeks=week)}.json"


def listing_body(week: int, first: int | None = None) -> bytes:
    """A playlist snapshot, of five songs from `first` on."""
    start = week + 1 if first is None else first
    page = made_up.page(made_up.songs(*range(start, start + 5)))
    return made_up.envelope(page, at=f"{THURSDAY + timedelta(weeks=week)}T08:00:00Z")


def history(weeks: int = 8) -> dict[str, bytes]:
    """Chart files of two regions and playlist snapshots, by name."""
    files = {}
    for week in range(weeks):
        files[chart_name(week)] = chart_body(week)
        files[chart_name(week, "yy")] = chart_body(week + 3)
        files[listing_name(week)] = listing_body(week)
    return files


def drop(lake: Lake, files: dict[str, bytes]) -> None:
    """Put files into the landing zone, as any program may."""
    for name, body in files.items():
        lake.write(PENDING + name, body)


def contents(lake: Lake) -> dict[str, bytes]:
    """Every object of the lake, by key, but for the moments in reasons."""
    return {
        one.key: lake.read(one.key).body
        for zone in ("raw_data/", "transformed_data/", "manifests/")
        for one in lake.list(zone)
        if not one.key.endswith(".reason.json")
    }


def everything_right_of_raw(lake: Lake) -> dict[str, bytes]:
    """Every object that a rebuild writes."""
    return {key: body for key, body in contents(lake).items() if not key.startswith("raw_data/")}


def archived(lake: Lake) -> set[str]:
    """The names in the archive."""
    return {one.key.removeprefix(PROCESSED) for one in lake.list(PROCESSED)}


def ask(mirror: Path, sql: str) -> list[tuple[Any, ...]]:
    """The answer of the mirror, opened for reading."""
    with connect(mirror, read_only=True) as connection:
        return connection.execute(sql).fetchall()


def tables(mirror: Path) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of the three tables, sorted."""
    return {
        table: ask(mirror, f"from {table} order by all") for table in ("songs", "albums", "artists")
    }
