"""The published rows are those that an independent reader finds in the raw files."""

from collections import defaultdict
from datetime import UTC, date, datetime

import pytest

from demo.render import Playlist, Renderer, chart_csv, chart_file_name
from demo.world import World
from etl.mirror.refresh import refresh
from etl.pipeline.process import process_pending
from tests.support import made_up
from tests.support.independent import read_songs
from tests.support.places import IN_A_DIRECTORY
from tests.support.small_lakes import history, put_pending, query_rows

MOMENT = datetime(2026, 1, 2, 6, tzinfo=UTC)
COLUMNS = (
    "position, song_id, song_name, album_id, artist_ids, artist_credit, duration_ms, is_explicit,"
    " streams, label, reported_previous"
)
ENTRIES = (
    f"select raw_name, {COLUMNS} from songs inner join snapshots using (chart_id, snapshot_at)"
    " order by raw_name, position"
)
UNUSUAL_FILES = {
    "nulls 2026-03-01.json": made_up.as_json(
        made_up.page(
            [made_up.entry(None), *made_up.songs(1, 1), made_up.entry(made_up.track(2, id=None))]
        )
    ),
    "both 2026-03-02.json": made_up.as_json(
        made_up.page([made_up.entry(made_up.track(1), "item", track=made_up.track(1))])
    ),
    "regional-zz-weekly-2019-12-20--2019-12-27.csv": (
        b',,,"A note, made up",\nPosition,"Track Name",Artist,Streams,URL\n'
        b'2,"Two, too","A, B",7,https://open.spotify.com/track/song0002\n'
        b"5,Five,C,3,https://open.spotify.com/track/song0005\n"
    ),
    "viral-zz-daily-2026-01-03.csv": made_up.chart_file(
        [made_up.chart_row(3, 9, source="", previous_rank="")],
        "rank,uri,artist_names,track_name,source,peak_rank,previous_rank,days_on_chart",
    ),
}


def world_files(weeks: int = 4) -> dict[str, bytes]:
    """Raw files of an invented world: chart files, and playlists in both shapes."""
    world = World(weeks)
    files = {}
    for week in range(weeks):
        end: date = world.week_end(week)
        files[chart_file_name("global", end)] = chart_csv(world.chart(week))
        for shape in ("item", "track"):
            document = Renderer(shape).playlist_object(
                f"{shape}list", Playlist("Invented"), world.chart(week)[:50], MOMENT
            )
            files[f"{shape} {end}.json"] = made_up.as_json(document)
    return files


@IN_A_DIRECTORY
@pytest.mark.slow
@pytest.mark.parametrize("file_format", ["parquet", "csv"])
def test_every_entry_is_published_correctly(lake, tmp_path, file_format):
    files = history() | UNUSUAL_FILES | world_files()
    put_pending(lake, files)
    assert process_pending(lake, file_format).published == len(files)
    refresh(lake, tmp_path / "mirror.duckdb")
    published = defaultdict(list)
    for name, *row in query_rows(tmp_path / "mirror.duckdb", ENTRIES):
        published[name].append(normalized(row, file_format))
    assert published.keys() == files.keys()
    for name, body in files.items():
        expected = [[row[column] for column in COLUMNS.split(", ")] for row in read_songs(body)]
        assert published[name] == [normalized(row, file_format) for row in expected], name


def normalized(row, file_format):
    """The row, with null for empty values in a CSV lake, which does not distinguish them."""
    return tuple(value or None if file_format == "csv" else value for value in row)
