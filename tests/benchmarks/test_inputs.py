"""The invented inputs of the benchmarks are what they stand for."""

from __future__ import annotations

import json

import pytest

from benchmarks.bench import Bench
from benchmarks.contenders import tutorial
from benchmarks.inputs.playlists import write_playlists
from benchmarks.measuring import output_of
from etl.lake import open_lake
from etl.mirror.refresh import refresh
from etl.pipeline.process import process_pending
from tests.support.small_lakes import query_rows, table_rows

pytestmark = pytest.mark.slow

SONGS = "select song_id, song_name, duration_ms, song_url, popularity, album_id from songs"


@pytest.fixture
def bench(tmp_path):
    return Bench(tmp_path, rounds=1)


def mirrored(lake, mirror):
    """The mirror of a lake, after its pending files were processed."""
    process_pending(open_lake(str(lake)), "parquet")
    refresh(open_lake(str(lake)), mirror)
    return mirror


def test_a_playlist_is_as_large_as_the_responses_of_the_web_api(tmp_path):
    write_playlists(tmp_path, 3)
    sizes = [path.stat().st_size for path in tmp_path.iterdir()]
    assert len(sizes) == 3 and all(200_000 < size < 250_000 for size in sizes)


def test_chartlake_and_the_tutorial_read_the_same_songs(bench, tmp_path):
    raw_files = bench.made("playlists", tmp_path / "raw", 4, 2)
    songs = [
        row
        for path in sorted(raw_files.iterdir())
        for row in tutorial.songs(json.loads(path.read_text("utf-8")))
    ]
    mirror = mirrored(bench.landed(raw_files), tmp_path / "mirror.duckdb")
    published = query_rows(mirror, f"{SONGS} order by chart_id, snapshot_at, position")
    columns = ("song_id", "song_name", "duration_ms", "url", "popularity", "album_id")
    assert published == [tuple(row[name] for name in columns) for row in songs]


def test_a_published_history_is_what_chartlake_publishes_for_its_chart_files(bench, tmp_path):
    # The second history has the periods of the first, as chart files.
    published = bench.made("histories", tmp_path / "a", "--charts", 2, "--periods", 6)
    landed = bench.made("histories", tmp_path / "b", "--charts", 2, "--periods", 0, "--next", 6)
    days = sorted((landed / "next").iterdir())
    first = mirrored(published / "lake", tmp_path / "first.duckdb")
    second = mirrored(bench.landed(*days), tmp_path / "second.duckdb")
    assert table_rows(first) == table_rows(second)
    assert query_rows(first, "select count(*) from songs") == [(2 * 6 * 200,)]


def test_chartlake_adds_further_chart_files_to_a_published_history(bench, tmp_path):
    made = bench.made("histories", tmp_path / "made", "--charts", 1, "--periods", 6, "--next", 1)
    (day,) = (made / "next").iterdir()
    output_of(bench.chartlake(made / "lake", "land", str(day)))
    mirror = mirrored(made / "lake", tmp_path / "mirror.duckdb")
    assert query_rows(mirror, "select count(*) from snapshots") == [(7,)]
    assert query_rows(mirror, "select count(*) from gaps") == [(0,)]
