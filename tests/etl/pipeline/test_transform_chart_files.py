from datetime import datetime

import pytest

from tests.support import made_up
from tests.support.transforming import query_tables, transform_files


def test_a_chart_file_has_positions_and_counts(tmp_path):
    rows = [
        made_up.chart_row(1, 1, artist_names="Marlow, The Tailor", previous_rank=-1),
        made_up.chart_row(3, 2, track_name='Say "Hey", \\ Sól', previous_rank=7, streams=5),
    ]
    batch = transform_files(
        tmp_path, {"regional-xx-weekly-2026-01-01.csv": made_up.chart_file(rows)}
    )
    assert not batch.rejected
    assert query_tables(
        tmp_path,
        "select position, song_id, song_name, artist_credit, artist_ids, label, streams,"
        " reported_peak, reported_previous, reported_periods, song_url, snapshot_at from songs",
    ) == [
        (1, "song0001", "Song 1", "Marlow, The Tailor", None, "Label", 999_999, 1, None, 1,
         "https://open.spotify.com/track/song0001", datetime(2026, 1, 1)),
        (3, "song0002", 'Say "Hey", \\ Sól', "Artist 2", None, "Label", 5, 3, 7, 1,
         "https://open.spotify.com/track/song0002", datetime(2026, 1, 1)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("header", "options"),
    [
        (made_up.WEEKLY, {"bom": False, "newline": "\n"}),
        (made_up.WEEKLY.replace("weeks", "days"), {}),
        (made_up.WEEKLY.removesuffix(",streams"), {}),
        (made_up.WEEKLY + ",End Date,Start_Date", {}),
    ],
)
def test_columns_of_a_chart_file_are_found_by_name(tmp_path, header, options):
    body = made_up.chart_file([made_up.chart_row(1, 1)], header, **options)
    transform_files(tmp_path, {"viral-xx-daily-2026-01-01.csv": body})
    sql = "select song_id, label, reported_peak, reported_periods, streams from songs"
    streams = 999_999 if "streams" in header else None
    assert query_tables(tmp_path, sql) == [("song0001", "Label", 1, 1, streams)]


def test_a_chart_file_from_before_2021_has_a_note_and_other_columns(tmp_path):
    body = (
        b',,,"Note that these figures are made up.",\n'
        b'Position,"Track Name",Artist,Streams,URL\n'
        b'1,"Song, 1",Artist 1,47,https://open.spotify.com/track/song0001\n'
    )
    transform_files(tmp_path, {"regional-xx-weekly-2019-12-20--2019-12-27.csv": body})
    sql = "select position, song_name, artist_credit, streams, song_id, snapshot_at from songs"
    assert query_tables(tmp_path, sql) == [
        (1, "Song, 1", "Artist 1", 47, "song0001", datetime(2019, 12, 26))
    ]
