"""Mirrors of the invented world, from playlists or from chart files, and their reports."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from demo.chart_file import chart_csv, chart_file_name
from demo.downloads import chart_files, song_files, trend_files
from demo.journeys import MARKETS
from demo.learning import learn_homes, learn_tracks
from demo.markets import Markets
from demo.render import Renderer
from demo.world import World
from etl.database import connect, models, rows
from etl.lake import Lake, open_lake
from etl.mirror.homes import home_references
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


def mirror_of_trends(markets: Markets, folder: Path) -> Path:
    """Create a mirror of the markets' Top Songs with their viral charts and those of cities.

    The lake has learned the artists of all tracks, and the homes of most artists.
    """
    files: dict[str, bytes] = {}
    for week in _weeks(markets.world):
        files |= song_files(markets, week, MARKETS) | trend_files(markets, week)
    learn_artists(markets, open_lake(str(folder / "lake")))
    return _mirror(files, folder)


def learn_artists(markets: Markets, lake: Lake) -> None:
    """Keep what Spotify says about the markets' tracks, and MusicBrainz about their artists."""
    tracks = {
        entry.track.song_id: entry.track
        for market in MARKETS
        for week in _weeks(markets.world)
        for chart in (markets.chart, markets.viral_chart, markets.city_chart)
        for entry in chart(market, week)
    }
    artists = {one.artist_id: one for track in tracks.values() for one in track.artists}
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    learn_tracks(lake, tracks.values(), moment)
    learn_homes(lake, artists.values(), moment)


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
    refresh(lake, folder / "mirror.duckdb", homes=home_references(lake))
    return folder / "mirror.duckdb"
