"""Mirrors of the invented world, from playlists or from chart files, and their reports."""

from __future__ import annotations

import json
from datetime import datetime, time
from pathlib import Path
from typing import Any

from demo.chart_file import chart_csv, chart_file_name
from demo.downloads import chart_files
from demo.markets import Markets
from demo.render import Renderer
from demo.world import World
from etl.database import connect, models, rows
from etl.lake import open_lake
from etl.mirror.refresh import refresh
from etl.pipeline.process import process_pending
from tests.support import made_up
from tests.support.small_lakes import put_pending

CHART = made_up.PLAYLIST


def world_envelope(world: World, week: int) -> bytes:
    """The world's chart of that week as a playlist, in an envelope with its artists."""
    entries = world.chart(week)
    moment = datetime.combine(world.week_end(week), time(12))
    renderer = Renderer("item")
    page = renderer.playlist_page(CHART, entries, moment, offset=0, limit=len(entries))
    credited = {artist.artist_id: artist for entry in entries for artist in entry.track.artists}
    return json.dumps(
        {
            "source": "made up",
            "chart_id": CHART,
            "captured_at": f"{moment.isoformat()}Z",
            "playlist": {"id": CHART, "name": "Made up"},
            "pages": [page],
            "artists": [renderer.artist_object(artist) for artist in credited.values()],
        }
    ).encode()


def mirror_of_playlists(world: World, folder: Path) -> Path:
    """Create a mirror of all weeks from playlists; returns its path."""
    return _mirror(
        {f"{week:03}.json": world_envelope(world, week) for week in _weeks(world)}, folder
    )


def mirror_of_chart_files(world: World, folder: Path, without: tuple[int, ...] = ()) -> Path:
    """Create a mirror of all weeks, or all but some, from chart files; returns its path."""
    files = {
        chart_file_name("xx", world.week_end(week)): chart_csv(world.chart(week))
        for week in _weeks(world)
        if week not in without
    }
    return _mirror(files, folder)


def mirror_of_markets(markets: Markets, folder: Path) -> Path:
    """Create a mirror of all song, artist and album charts; returns its path."""
    weekly = [chart_files(markets, week) for week in _weeks(markets.world)]
    return _mirror({name: body for files in weekly for name, body in files.items()}, folder)


def report_rows(mirror: Path, report: str) -> list[dict[str, Any]]:
    """The rows of a report."""
    with connect(mirror, read_only=True) as connection:
        return rows(connection, models("reports")[report])


def _weeks(world: World) -> range:
    return range(world.weeks)


def _mirror(files: dict[str, bytes], folder: Path) -> Path:
    lake = open_lake(str(folder / "lake"))
    put_pending(lake, files)
    process_pending(lake, "parquet")
    refresh(lake, folder / "mirror.duckdb")
    return folder / "mirror.duckdb"
