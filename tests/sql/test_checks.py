"""Break every rule of the checks once, and expect that rule to be reported."""

import re

import pytest

from etl.database import connect, models
from etl.mirror.schema import create_empty_marts

VALID_ROWS = """
insert into raw_files (file_number, raw_name, chart_id, kind) values (7, 'f', 'c', 'song');
insert into snapshots (file_number, chart_id, snapshot_at, raw_name, entries, is_current)
    values (7, 'c', '2026-01-01', 'f', 1, true);
insert into songs (chart_id, snapshot_at, position, entry_type, song_id, album_id, artist_ids)
    values ('c', '2026-01-01', 1, 'track', 's', 'al', ['ar']);
insert into albums (chart_id, snapshot_at, album_id) values ('c', '2026-01-01', 'al');
insert into artists (chart_id, snapshot_at, artist_id) values ('c', '2026-01-01', 'ar');
insert into playlist_entries (file_number, position, is_entry) values (7, 1, true);
insert into chart_entries (file_number, kind, malformed_counts) values (7, 'song', []);
"""

BREAKING_STATEMENTS = {
    "the entries of a playlist response hold a track, an episode or nothing": (
        "update playlist_entries set is_entry = false"
    ),
    "the file says which chart it is, in its envelope, its name or its content": (
        "update raw_files set chart_id = null"
    ),
    'a chart id is made of letters, digits, ".", "_" and "-" alone': (
        "update raw_files set chart_id = '..'"
    ),
    "a chart id has at most 100 characters": "update raw_files set chart_id = repeat('c', 101)",
    "the time of a snapshot is in the years from 2006, when Spotify was founded, to 2999": (
        "update raw_files set snapshot_at = '2005-12-31 23:59:59'"
    ),
    "a position stands once in a snapshot": "insert into songs from songs",
    "a position is a whole number from 1 on": "update songs set position = 0",
    "a track has an id or a title": "update songs set song_id = null",
    "durations, streams and popularity are not negative": "update songs set streams = -1",
    "a count in a chart file is a whole number, written in digits": (
        "update chart_entries set malformed_counts = ['streams \"x\" at position 1']"
    ),
    "an address in a chart file is that of a track": (
        "update chart_entries set malformed_address = '\"x\" at position 1'"
    ),
    "an address in an artist chart or album chart is that of an artist or album": (
        "update chart_entries set kind = 'album', malformed_address = '\"x\" at position 1'"
    ),
    "the rows of a chart file are of the kind that its name says": (
        "update chart_entries set address_kind = 'artist'"
    ),
    "an album stands once in a snapshot": "insert into albums from albums",
    "an album has an id": ("insert into albums (chart_id, snapshot_at) values ('c', '2026-01-01')"),
    "the album of every song is among the albums": "delete from albums",
    "an artist stands once in a snapshot": "insert into artists from artists",
    "an artist has an id": (
        "insert into artists (chart_id, snapshot_at) values ('c', '2026-01-01')"
    ),
    "a position of albums stands once in a snapshot": (
        "insert into albums (chart_id, snapshot_at, position)"
        " select 'c', '2026-01-01', 1 from range(2)"
    ),
    "a position of albums is a whole number from 1 on": (
        "insert into albums (chart_id, snapshot_at, position) values ('c', '2026-01-01', 0)"
    ),
    "a position of artists stands once in a snapshot": (
        "insert into artists (chart_id, snapshot_at, position)"
        " select 'c', '2026-01-01', 1 from range(2)"
    ),
    "a position of artists is a whole number from 1 on": (
        "insert into artists (chart_id, snapshot_at, position) values ('c', '2026-01-01', 0)"
    ),
    "every artist credited on a song is among the artists": "delete from artists",
}


@pytest.fixture
def marts():
    with connect() as connection:
        create_empty_marts(connection)
        connection.execute(VALID_ROWS)
        yield connection


def offenders(connection):
    return [
        row for check in models("checks").values() for row in connection.execute(check).fetchall()
    ]


def test_valid_tables_break_no_rule(marts):
    assert offenders(marts) == []


@pytest.mark.parametrize("rule", BREAKING_STATEMENTS)
def test_a_broken_rule_is_reported(marts, rule):
    marts.execute(BREAKING_STATEMENTS[rule])
    assert {(raw_name, broken_rule) for raw_name, broken_rule, _ in offenders(marts)} == {
        ("f", rule)
    }
    assert all(offender for _, _, offender in offenders(marts))


def test_every_rule_is_tested():
    sql = "".join(models("checks").values())
    rules = set(re.findall(r"'([^'\n]+)'\s+as broken_rule", sql))
    assert rules == set(BREAKING_STATEMENTS)


def test_every_mart_has_checks():
    assert set(models("checks")) == {*models("marts"), "chart_files"}
