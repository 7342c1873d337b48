"""Every rule is broken once, and must be the one that is reported."""

import re

import pytest

from etl.database import connect, models
from etl.references import stage_references
from etl.transform import build

SOUND = """
insert into snapshots (chart_id, snapshot_at, raw_name, first_name, entries, is_current)
    values ('c', '2026-01-01', 'f', 'f', 1, true);
insert into songs (chart_id, snapshot_at, position, entry_type, song_id, album_id, artist_ids)
    values ('c', '2026-01-01', 1, 'track', 's', 'al', ['ar']);
insert into albums (chart_id, snapshot_at, album_id) values ('c', '2026-01-01', 'al');
insert into artists (chart_id, snapshot_at, artist_id) values ('c', '2026-01-01', 'ar');
insert into raw_files (raw_name, is_text, is_chart_file, size_bytes) values ('f', true, false, 9);
insert into responses (raw_name, shape) values ('f', 'response');
insert into playlist_entries (raw_name, position, is_entry) values ('f', 1, true);
insert into chart_entries (raw_name, has_break, is_short) values ('f', false, false);
"""

BREAKING = {
    "the file is not empty": "update raw_files set size_bytes = 0",
    "the file is text in UTF-8": "update raw_files set is_text = false",
    "a file that opens with { or [ is a playlist response in JSON": (
        "update responses set shape = null"
    ),
    "the entries of a playlist response hold a track, an episode or nothing": (
        "update playlist_entries set is_entry = false"
    ),
    "any other file is a chart file, its columns named in a line with rank or Position": (
        "update raw_files set is_chart_file = true"
    ),
    "the file says which chart it is, in its envelope, its name or its content": (
        "insert into snapshots (raw_name) values ('f')"
    ),
    'a chart id is made of letters, digits, ".", "_" and "-" alone': (
        "insert into snapshots (raw_name, chart_id) values ('f', '..')"
    ),
    "a position stands once in a snapshot": "insert into songs from songs",
    "a position is a whole number from 1 on": "update songs set position = 0",
    "a track has an id": "update songs set song_id = null",
    "durations, streams and popularity are not negative": "update songs set streams = -1",
    "the counts in a chart file are whole numbers": (
        "update chart_entries set malformed_number = 'x'"
    ),
    "a cell of a chart file ends on the line on which it begins": (
        "update chart_entries set has_break = true"
    ),
    "a line of a chart file has a cell for each column": "update chart_entries set is_short = true",
    "an album stands once in a snapshot": "insert into albums from albums",
    "an album has an id": ("insert into albums (chart_id, snapshot_at) values ('c', '2026-01-01')"),
    "the album of every song is among the albums": "delete from albums",
    "an artist stands once in a snapshot": "insert into artists from artists",
    "an artist has an id": (
        "insert into artists (chart_id, snapshot_at) values ('c', '2026-01-01')"
    ),
    "every artist credited on a song is among the artists": "delete from artists",
}


@pytest.fixture
def marts(tmp_path):
    with connect() as connection:
        build(connection, [], tmp_path, stage_references((), tmp_path))
        connection.execute(SOUND)
        yield connection


def found(connection):
    return [
        row for check in models("checks").values() for row in connection.execute(check).fetchall()
    ]


def test_sound_tables_break_no_rule(marts):
    assert found(marts) == []


@pytest.mark.parametrize("rule", BREAKING)
def test_a_broken_rule_is_the_one_reported(marts, rule):
    marts.execute(BREAKING[rule])
    assert {(raw_name, broken) for raw_name, broken, _ in found(marts)} == {("f", rule)}
    assert all(offender for _, _, offender in found(marts))


def test_no_rule_is_without_its_test():
    texts = "".join(models("checks").values())
    written = set(re.findall(r"'([^'\n]+)'\s+as broken_rule", texts))
    assert written == set(BREAKING)


def test_every_mart_has_its_checks():
    assert set(models("checks")) == set(models("marts"))
