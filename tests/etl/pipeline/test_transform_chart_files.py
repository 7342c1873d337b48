from datetime import datetime

import pytest

from tests.support import made_up
from tests.support.transforming import broken_rules, query_tables, transform_files

NAME = "regional-xx-weekly-2026-01-01.csv"


def test_a_chart_file_has_positions_and_counts(tmp_path):
    rows = [
        made_up.chart_row(1, 1, artist_names="Marlow, The Tailor", previous_rank=-1),
        made_up.chart_row(3, 2, track_name='Say "Hey", \\ Sól', previous_rank=7, streams=5),
    ]
    batch = transform_files(tmp_path, {NAME: made_up.chart_file(rows)})
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


@pytest.mark.parametrize("cell", ["7", "7.0", "7.00", " 7 ", "007"])
def test_a_count_may_be_written_as_other_programs_save_it(tmp_path, cell):
    counts = ("rank", "peak_rank", "previous_rank", "streams")
    row = made_up.chart_row(7, 1) | dict.fromkeys(counts, cell)
    assert not transform_files(tmp_path, {NAME: made_up.chart_file([row])}).rejected
    sql = "select position, reported_peak, reported_previous, streams from songs"
    assert query_tables(tmp_path, sql) == [(7, 7, 7, 7)]


@pytest.mark.parametrize("previous", ["-1", "-1.0", "0", ""])
def test_a_count_may_be_missing(tmp_path, previous):
    row = made_up.chart_row(1, 1, peak_rank="", weeks_on_chart=" ", streams="")
    row["previous_rank"] = previous
    assert not transform_files(tmp_path, {NAME: made_up.chart_file([row])}).rejected
    sql = "select reported_peak, reported_previous, reported_periods, streams from songs"
    assert query_tables(tmp_path, sql) == [(None, None, None, None)]


COUNTS = {
    "rank": "rank",
    "peak_rank": "peak",
    "previous_rank": "previous",
    "weeks_on_chart": "periods",
    "streams": "streams",
}
NO_COUNTS = (
    "9.87E+05", "1,234", "1.5", "1.000", "1.", ".0", "abc", "+1", "-2", "1_000", "0x10", "NaN",
    "null", "٣", "１", "1 2", "1e3", "1" * 40, "9" * 19, "true", "\\", "'", "1\t",
)  # fmt: skip


def test_any_other_cell_is_no_count_and_is_shown(tmp_path):
    files, expected = {}, {}
    for column, name in COUNTS.items():
        for number, cell in enumerate(NO_COUNTS):
            file_name = f"regional-{name}{number}-weekly-2026-01-01.csv"
            row = made_up.chart_row(3, 1) | {column: cell}
            files[file_name] = made_up.chart_file([row])
            place = "in line 2" if column == "rank" else "at position 3"
            expected[file_name] = (f'{name} "{cell}" {place}',)
    batch = transform_files(tmp_path, files)
    assert {rejection.name: rejection.offenders for rejection in batch.rejected} == expected
    assert set(broken_rules(batch).values()) == {
        "a count in a chart file is a whole number, written in digits"
    }


def test_only_a_previous_rank_may_be_minus_one(tmp_path):
    row = made_up.chart_row(3, 1) | dict.fromkeys(COUNTS, "-1")
    (rejection,) = transform_files(tmp_path, {NAME: made_up.chart_file([row])}).rejected
    assert rejection.offenders == tuple(
        f'{name} "-1" in line 2' for name in ("peak", "periods", "rank", "streams")
    )


def test_a_row_without_a_rank_is_rejected(tmp_path):
    rows = [made_up.chart_row(1, 1), made_up.chart_row(2, 2) | {"rank": ""}]
    (rejection,) = transform_files(tmp_path, {NAME: made_up.chart_file(rows)}).rejected
    assert rejection.offenders == ('rank "" in line 3',)


def test_a_row_without_an_address_keeps_its_position(tmp_path):
    rows = [
        made_up.chart_row(1, 1),
        made_up.chart_row(2, 1, uri=""),
        made_up.chart_row(3, 3, uri=" ", track_name=" ", artist_names=""),
        made_up.chart_row(4, 4, track_name="", artist_names=""),
    ]
    assert not transform_files(tmp_path, {NAME: made_up.chart_file(rows)}).rejected
    sql = "select position, entry_type, song_id, song_url, song_name, artist_credit from songs"
    assert query_tables(tmp_path, f"{sql} where position > 1") == [
        (2, "track", None, None, "Song 1", "Artist 1"),
        (3, "unavailable", None, None, None, None),
        (4, "track", "song0004", "https://open.spotify.com/track/song0004", None, None),
    ]
    recordings = "select recording_id from songs order by position"
    (first,), (second,), *unnamed = query_tables(tmp_path, recordings)
    assert first == second
    assert unnamed == [(None,), (None,)]


@pytest.mark.parametrize(
    ("address", "song_id"),
    [
        ("spotify:track:song0001", "song0001"),
        (" https://open.spotify.com/track/song0001 ", "song0001"),
        ("https://open.spotify.com/track/song0001?si=0a1b", "song0001"),
        ("https://open.spotify.com/intl-de/track/song0001/", "song0001"),
        ("song00000000000000000A", "song00000000000000000A"),
    ],
)
def test_an_address_of_a_track_has_several_forms(tmp_path, address, song_id):
    body = made_up.chart_file([made_up.chart_row(1, 1, uri=address)])
    assert not transform_files(tmp_path, {NAME: body}).rejected
    assert query_tables(tmp_path, "select song_id from songs") == [(song_id,)]


@pytest.mark.parametrize(
    "address",
    [
        "spotify:artist:artist0001",
        "https://open.spotify.com/album/album0001",
        "spotify:track:",
        "spotify:track:song0001 and more",
        "song0001",
        "0",
    ],
)
def test_an_address_of_anything_else_is_rejected_and_shown(tmp_path, address):
    rows = [made_up.chart_row(1, 1, uri=address), made_up.chart_row(2, 2), made_up.chart_row(3, 3)]
    body = made_up.chart_file(rows)
    (rejection,) = transform_files(tmp_path, {NAME: body}).rejected
    assert rejection.rule == "an address in a chart file is that of a track"
    assert rejection.offenders == (f'"{address}" at position 1',)


def test_a_row_with_more_cells_than_the_header_is_rejected(tmp_path):
    body = made_up.chart_file([made_up.chart_row(1, 1)]).replace(b'"Song 1"', b"Song, 1")
    (rejection,) = transform_files(tmp_path, {NAME: body}).rejected
    assert rejection.rule == "a row of a chart file has one cell for each column"


def test_chart_and_date_in_the_rows_are_compared_with_those_in_the_name(tmp_path):
    header = "rank,uri,track_name,artist_names,Region,End Date,streams"
    row = made_up.chart_row(1, 1) | {"Region": "xx", "End Date": "2026-01-01"}
    body = made_up.chart_file([row], header)
    other_date, other_region = NAME.replace("01-01", "01-15"), NAME.replace("xx", "yy")
    batch = transform_files(tmp_path, {NAME: body, other_date: body, other_region: body})
    assert set(broken_rules(batch)) == {other_date, other_region}
    assert query_tables(tmp_path, "select count(*) from songs") == [(1,)]


def test_the_longest_row_that_is_allowed_is_read(tmp_path):
    title = '"' * 99_000
    body = made_up.chart_file([made_up.chart_row(1, 1, track_name=title)])
    assert not transform_files(tmp_path, {NAME: body}).rejected
    assert query_tables(tmp_path, "select song_name from songs") == [(title,)]
