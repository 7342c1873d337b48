"""Artist charts and album charts: their entries are rows of `artists` and `albums`."""

from datetime import datetime

import pytest

from etl.lake.layout import Partition
from tests.support import made_up
from tests.support.transforming import broken_rules, query_tables, transform_files

ARTISTS = "artist-global-weekly-2026-01-01.csv"
ALBUMS = "album-xx-weekly-2026-01-01.csv"
ARTIST_HEADER = "rank,uri,artist_names,peak_rank,previous_rank,weeks_on_chart"
ALBUM_HEADER = (
    "rank,uri,album_name,artist_names,source,peak_rank,previous_rank,weeks_on_chart,streams"
)
ARTIST_COLUMNS = (
    "position, artist_id, artist_name, artist_url, reported_peak, reported_previous,"
    " reported_periods"
)


def artist_chart(*rows: str) -> bytes:
    return ("\ufeff" + "\r\n".join([ARTIST_HEADER, *rows, ""])).encode()


def album_chart(*rows: str) -> bytes:
    return ("\ufeff" + "\r\n".join([ALBUM_HEADER, *rows, ""])).encode()


def test_entries_of_an_artist_chart_are_rows_of_artists(tmp_path):
    body = artist_chart(
        '1,spotify:artist:ada,"Ada Quill",1,2,10',
        '3,https://open.spotify.com/artist/ben?si=1,"Ben, The Baker",1,-1,44',
        "4,1aaaaaaaaaaaaaaaaaaaaa,Cleo,4,,",
    )
    batch = transform_files(tmp_path, {ARTISTS: body})
    assert not batch.rejected
    link = "https://open.spotify.com/artist/"
    assert query_tables(tmp_path, f"select {ARTIST_COLUMNS} from artists") == [
        (1, "ada", "Ada Quill", f"{link}ada", 1, 2, 10),
        (3, "ben", "Ben, The Baker", f"{link}ben", 1, None, 44),
        (4, "1" + "a" * 21, "Cleo", f"{link}1{'a' * 21}", 4, None, None),
    ]
    assert query_tables(tmp_path, "from songs") == query_tables(tmp_path, "from albums") == []
    (snapshot,) = batch.snapshots[Partition("artist-global-weekly", "2026-01")]
    assert snapshot.entries == snapshot.expected_entries == 3


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("2026-01-31", ("2026-01-31", "day", 2026)),
        ("2026-01-31 00:00:00", ("2026-01-31", "day", 2026)),
        ("May 6, 2022", ("2022-05-06", "day", 2022)),
        ("October 21, 2021", ("2021-10-21", "day", 2021)),
        ("2025-11", ("2025-11", "month", 2025)),
        ("1999", ("1999", "year", 1999)),
        ("5/6/2022", ("5/6/2022", None, None)),
        ("", (None, None, None)),
    ],
)
def test_an_album_chart_may_have_release_dates(tmp_path, written, kept):
    header, row = (
        f"{ALBUM_HEADER},Release Date",
        f'1,spotify:album:sol,Sol,Ada,L/M,1,1,1,,"{written}"',
    )
    transform_files(tmp_path, {ALBUMS: f"{header}\n{row}\n".encode()})
    columns = "release_date, release_date_precision, release_year"
    assert query_tables(tmp_path, f"select {columns} from albums") == [kept]


def test_entries_of_an_album_chart_are_rows_of_albums(tmp_path):
    body = album_chart('1,spotify:album:sol,"Sol ""Live""","Ada, Ben",L/M,1,3,9,"12"')
    assert not transform_files(tmp_path, {ALBUMS: body}).rejected
    columns = (
        "position, album_id, album_name, artist_credit, label, reported_peak, reported_previous,"
        " reported_periods, album_url, artist_ids, album_type, snapshot_at"
    )
    assert query_tables(tmp_path, f"select {columns} from albums") == [
        (1, "sol", 'Sol "Live"', "Ada, Ben", "L/M", 1, 3, 9, "https://open.spotify.com/album/sol",
         None, None, datetime(2026, 1, 1)),
    ]  # fmt: skip
    assert query_tables(tmp_path, "from songs") == query_tables(tmp_path, "from artists") == []


def test_an_entry_without_an_address_keeps_its_position_and_name(tmp_path):
    body = artist_chart("2,,Ada,2,,", "1, ,Ben,1,,", "3,,,3,,")
    assert not transform_files(tmp_path, {ARTISTS: body}).rejected
    assert query_tables(tmp_path, f"select {ARTIST_COLUMNS} from artists") == [
        (1, None, "Ben", None, 1, None, None),
        (2, None, "Ada", None, 2, None, None),
        (3, None, None, None, 3, None, None),
    ]


def test_an_address_that_stands_twice_keeps_both_positions(tmp_path):
    body = album_chart("1,spotify:album:sol,Sol,Ada,L,1,,,", "2,spotify:album:sol,Sol,Ada,L,1,,,")
    assert not transform_files(tmp_path, {ALBUMS: body}).rejected
    sql = "select position, album_id from albums"
    assert query_tables(tmp_path, sql) == [(1, "sol"), (2, "sol")]


def test_rows_of_playlists_and_song_charts_are_no_chart_entries(tmp_path):
    body = made_up.envelope(made_up.page(made_up.songs(1, 2)), at="2026-01-02T06:00:00Z")
    assert not transform_files(tmp_path, {"a.json": body}).rejected
    for table in ("artists", "albums"):
        sql = f"select count(*), count(position), count(reported_peak) from {table}"
        assert query_tables(tmp_path, sql) == [(2, 0, 0)]


@pytest.mark.parametrize(
    ("rows", "rule"),
    [
        (["1,spotify:artist:a,Ada,1,,", "1,spotify:artist:b,Ben,1,,"],
         "a position of artists stands once in a snapshot"),
        (["0,spotify:artist:a,Ada,1,,"], "a position of artists is a whole number from 1 on"),
        (["1,spotify:artist:a,Ada,1,,", "2,nonsense,Ben,1,,"],
         "an address in an artist chart or album chart is that of an artist or album"),
        (["1,spotify:artist:a,Ada,1.5,,"],
         "a count in a chart file is a whole number, written in digits"),
    ],
)  # fmt: skip
def test_an_artist_chart_that_breaks_a_rule_is_rejected(tmp_path, rows, rule):
    batch = transform_files(tmp_path, {ARTISTS: artist_chart(*rows)})
    assert broken_rules(batch) == {ARTISTS: rule}


def test_an_artist_chart_that_names_no_chart_is_rejected_for_that(tmp_path):
    body = artist_chart("1,spotify:artist:a,Ada,1,,")
    batch = transform_files(tmp_path, {"artists 2026-01-01.csv": body})
    rule = "the file says which chart it is, in its envelope, its name or its content"
    assert broken_rules(batch) == {"artists 2026-01-01.csv": rule}


def test_a_file_whose_addresses_are_of_another_kind_is_rejected_as_what_it_is(tmp_path):
    songs = made_up.chart_file([made_up.chart_row(1, 1)]).replace(b":track:", b":artist:")
    artists = artist_chart("1,spotify:album:a,Ada,1,,", "2,spotify:album:b,Ben,1,,")
    albums = album_chart("1,spotify:track:a,Sol,Ada,L,1,,,")
    files = {"regional-us-weekly-2026-01-01.csv": songs, ARTISTS: artists, ALBUMS: albums}
    batch = transform_files(tmp_path, files)
    assert {one.name: one.offenders for one in batch.rejected} == {
        "regional-us-weekly-2026-01-01.csv": (
            "regional-us-weekly has addresses of artists; it seems to be an artist chart",
        ),
        ARTISTS: ("artist-global-weekly has addresses of albums; it seems to be an album chart",),
        ALBUMS: ("album-xx-weekly has addresses of songs; it seems to be a song chart",),
    }
