"""Small histories of made-up raw files, and functions to inspect lakes and mirrors."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from etl.database import connect
from etl.lake import Lake
from etl.lake.layout import PENDING, PROCESSED, TABLES, replaced_name
from tests.support import made_up

THURSDAY = date(2026, 1, 1)


def chart_name(week: int, region: str = "xx") -> str:
    """The name of a weekly chart file. Week 0 ends on 2026-01-01."""
    return f"regional-{region}-weekly-{THURSDAY + timedelta(weeks=week)}.csv"


def chart_body(week: int, size: int = 5) -> bytes:
    """A chart file. Its songs start with a number that is one higher each week."""
    return made_up.chart_file([made_up.chart_row(rank, week + rank) for rank in range(1, size + 1)])


def playlist_name(week: int) -> str:
    """The name of a raw file with a playlist."""
    return f"list {THURSDAY + timedelta(weeks=week)}.json"


def playlist_body(week: int, first: int | None = None) -> bytes:
    """An envelope with five songs, numbered from `first`."""
    start = week + 1 if first is None else first
    page = made_up.page(made_up.songs(*range(start, start + 5)))
    return made_up.envelope(page, at=f"{THURSDAY + timedelta(weeks=week)}T08:00:00Z")


def history(weeks: int = 8) -> dict[str, bytes]:
    """Raw files by name: three for each week, two chart files and a playlist."""
    files = {}
    for week in range(weeks):
        files[chart_name(week)] = chart_body(week)
        files[chart_name(week, "yy")] = chart_body(week + 3)
        files[playlist_name(week)] = playlist_body(week)
    return files


def page_body(first: int) -> bytes:
    """A saved response with five songs, numbered from `first`, which does not say when it was."""
    return made_up.as_json(made_up.page(made_up.songs(*range(first, first + 5))))


def month_name(region: str = "xx") -> str:
    """The name of a raw file with weeks of January, as a bulk table is split."""
    return f"regional-{region}-weekly-{THURSDAY:%Y-%m}.csv"


def month_body(*weeks: int, first: int = 1) -> bytes:
    """The rows of weeks of January, with five songs each, numbered from `first`."""
    days = [str(THURSDAY + timedelta(weeks=week)) for week in weeks]
    rows = [
        made_up.chart_row(rank, first + rank) | {"date": day}
        for day in days
        for rank in range(1, 6)
    ]
    return made_up.chart_file(rows, f"date,{made_up.WEEKLY}")


def put_pending(lake: Lake, files: dict[str, bytes]) -> None:
    """Write files to the landing zone, as other programs do."""
    for name, body in files.items():
        lake.write(PENDING + name, body)


def replace_in_archive(lake: Lake, name: str) -> str:
    """Let an archived raw file lose its name, as if another of that name had come; its new name."""
    digest = hashlib.sha256(lake.read(PROCESSED + name).body).hexdigest()
    lake.move(PROCESSED + name, PROCESSED + replaced_name(name, digest))
    return replaced_name(name, digest)


def lake_contents(lake: Lake) -> dict[str, bytes]:
    """The objects of the lake by key, without the reasons in quarantine, which contain times."""
    return {
        stored.key: lake.read(stored.key).body
        for prefix in ("raw_data/", "transformed_data/", "manifests/")
        for stored in lake.list(prefix)
        if not stored.key.endswith(".reason.json")
    }


def derived_objects(lake: Lake) -> dict[str, bytes]:
    """The objects that a rebuild writes, by key."""
    objects = lake_contents(lake)
    return {key: body for key, body in objects.items() if not key.startswith("raw_data/")}


def archived_names(lake: Lake) -> set[str]:
    """The names of the raw files in the archive."""
    return {stored.key.removeprefix(PROCESSED) for stored in lake.list(PROCESSED)}


def query_rows(mirror: Path, sql: str) -> list[tuple[Any, ...]]:
    """The rows that the query returns from the mirror."""
    with connect(mirror, read_only=True) as connection:
        return connection.execute(sql).fetchall()


def table_rows(mirror: Path) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of the three tables, sorted."""
    with connect(mirror, read_only=True) as connection:
        return {
            table: connection.execute(f"from {table} order by all").fetchall() for table in TABLES
        }
