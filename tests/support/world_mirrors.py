"""The invented world as a mirror, taken as playlists or as chart files, and asked its reports."""

from __future__ import annotations

import json
from datetime import datetime, time
from pathlib import Path
from typing import Any

from demo.chart_file import chart_csv, chart_file_name
from demo.render import Playlist, Renderer
from demo.world import World
from etl.database import connect, models, rows
from etl.lake import open_lake
from etl.mirror.refresh import refresh
from etl.pipeline.process import process_pending
from tests.support import made_up
from tests.support.small_lakes import drop

CHART = made_up.PLAYLIST


def envelope(world: World, week: int) -> bytes:
    """The world's chart of the week as a playlist, with all that is known of its artists."""
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
            "playlist": Playlist("Made up").__class__.__name__,
            "pages": [page],
            "artists": [renderer.artist_object(artist) for artist in credited.values()],
        }
    ).encode()


def mirror_of_playlists(world: World, folder: Path) -> Path:
    """A mirror of every week, as playlists."""
    return _mirror({f"{week:03}.json": envelope(world, week) for week in _weeks(world)}, folder)


def mirror_of_chart_files(world: World, folder: Path, left_out: tuple[int, ...] = ()) -> Path:
    """A mirror of the weeks that are not left out, as chart files."""
    files = {
        chart_file_name("xx", world.week_end(week)): chart_csv(world.chart(week))
        for week in _weeks(world)
        if week not in left_out
    }
    return _mirror(files, folder)


def answers(mirror: Path, report: str) -> list[dict[str, Any]]:
    """The rows of a report."""
    with connect(mirror, read_only=True) as connection:
        return rows(connection, models("reports")[report])


def _weeks(world: World) -> range:
    return range(world.weeks)


def _mirror(files: dict[str, bytes], folder: Path) -> Path:
    lake = open_lake(str(folder / "lake"))
    drop(lake, files)
    process_pending(lake, "parquet")
    refresh(lake, folder / "mirror.duckdb")
    return folder / "mirror.duckdb"
