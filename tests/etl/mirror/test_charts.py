"""The table `charts`: one row per chart, with the names under which people see them."""

from __future__ import annotations

import json

import pytest

from etl.lake import open_lake
from etl.lake.layout import Partition, manifest_key
from etl.mirror.query import query_mirror
from etl.mirror.refresh import refresh
from etl.mirror.status import read_status
from etl.pipeline.process import process_pending
from etl.pipeline.rebuild import rebuild
from tests.support import made_up
from tests.support.small_lakes import chart_body, lake_contents, put_pending

JANUARY = manifest_key(Partition(made_up.PLAYLIST, "2026-01"))
US = "regional-us-weekly"


@pytest.fixture
def lake(tmp_path):
    return open_lake(str(tmp_path / "lake"))


@pytest.fixture
def mirror(tmp_path):
    return tmp_path / "mirror.duckdb"


def named(name: object, day: int = 1) -> dict[str, bytes]:
    """A snapshot of the playlist in January under a name, by the name of its raw file."""
    at = f"2026-01-{day:02d}T08:00:00Z"
    playlist = {"id": made_up.PLAYLIST, "name": name}
    return {
        f"{day}.json": made_up.envelope(made_up.page(made_up.songs(1)), at=at, playlist=playlist)
    }


def process(lake, *files: dict[str, bytes]) -> None:
    for some in files:
        put_pending(lake, some)
        process_pending(lake, "parquet")


def charts_of(lake, mirror) -> list[tuple]:
    refresh(lake, mirror)
    return list(query_mirror(mirror, "from charts order by chart_id").rows)


def names_of(lake, mirror) -> list[str]:
    return [row[1] for row in charts_of(lake, mirror)]


def test_a_chart_has_the_properties_of_its_id_and_the_dates_of_its_snapshots(lake, mirror):
    files = {f"{US}-2026-01-{day:02d}.csv": chart_body(day) for day in (1, 8)}
    process(lake, files)
    (row,) = charts_of(lake, mirror)
    assert row[:8] == (
        *(US, "Top Songs · United States · weekly", "song", "regional", "us"),
        *(None, "weekly", "spotify-charts"),
    )
    assert [str(day) for day in row[8:]] == ["2026-01-01", "2026-01-08"]


def test_a_refresh_brings_the_dates_up_to_date_and_drops_charts_that_are_gone(lake, mirror):
    process(lake, {f"{US}-2026-01-01.csv": chart_body(0)}, named("Here today"))
    assert len(charts_of(lake, mirror)) == 2
    lake.delete(JANUARY)
    process(lake, {f"{US}-2026-02-05.csv": chart_body(5)})
    (row,) = charts_of(lake, mirror)
    assert [str(day) for day in row[8:]] == ["2026-01-01", "2026-02-05"]


def test_a_playlist_has_the_newest_of_its_names(lake, mirror):
    process(lake, named("New", 8), named("Old", 1), named(None, 15))
    assert names_of(lake, mirror) == ["New"]


@pytest.mark.parametrize("name", [None, 7, "", " \n", ["Top"]])
def test_a_playlist_without_a_name_is_shown_by_its_id(lake, mirror, name):
    process(lake, named(name))
    assert names_of(lake, mirror) == [made_up.PLAYLIST]


@pytest.mark.parametrize("shape", ["playlist", "list of playlists"])
def test_a_saved_playlist_object_names_the_chart(lake, mirror, shape):
    page = made_up.page(made_up.songs(1))
    saved = {"id": made_up.PLAYLIST, "name": "Saved\nelsewhere", "tracks": page}
    body = made_up.as_json(saved if shape == "playlist" else [saved])
    process(lake, {"list 2026-01-01.json": body})
    assert names_of(lake, mirror) == ["Saved elsewhere"]


def test_manifests_have_a_name_only_where_a_snapshot_has_one(lake):
    process(lake, named("Mine"), {f"{US}-2026-01-01.csv": chart_body(0)})
    chart_file = manifest_key(Partition(US, "2026-01"))
    (mine,) = json.loads(lake.read(JANUARY).body)["snapshots"]
    assert mine["chart_name"] == "Mine"
    assert b"chart_name" not in lake.read(chart_file).body


def test_the_bytes_of_the_lake_do_not_depend_on_the_order_of_the_names(lake, tmp_path):
    first, second = named("A", 1), named("B", 8)
    process(lake, first, second)
    other = open_lake(str(tmp_path / "other"))
    process(other, second, first)
    assert lake_contents(other) == lake_contents(lake)
    rebuild(other, "parquet")
    assert lake_contents(other) == lake_contents(lake)


def test_a_manifest_without_names_is_read_as_before(lake, mirror):
    process(lake, named("Mine"))
    older = json.loads(lake.read(JANUARY).body) | {"format_version": 2}
    del older["snapshots"][0]["chart_name"]
    lake.write(JANUARY, json.dumps(older).encode())
    assert names_of(lake, mirror) == [made_up.PLAYLIST]
    process(lake, named("Mine, still", 8))
    assert names_of(lake, mirror) == ["Mine, still"]


def test_the_status_has_names_with_and_without_a_mirror(lake, mirror):
    process(lake, named("Mine"), {f"{US}-2026-01-01.csv": chart_body(0)})
    expected = ["Mine", "Top Songs · United States · weekly"]
    for _ in range(2):
        assert [chart.chart_name for chart in read_status(lake, mirror).charts] == expected
        refresh(lake, mirror)
