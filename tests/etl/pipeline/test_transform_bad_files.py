import json

import pytest

from tests.support import made_up
from tests.support.transforming import (
    CAPTURED_AT,
    LANDED_AT,
    broken_rules,
    query_tables,
    transform_files,
)

PAGE = made_up.page(made_up.songs(1, 2, 3))


BAD_FILES = {
    "empty.json": b"",
    "spaces.json": b"  \n ",
    "half.json": b'{"items": [',
    "number.json": b"[1, 2, 3]",
    "word.csv": b"hello",
    "object.json": b'{"error": {"status": 404}}',
    "page.html": b"<!doctype html><html></html>",
    "latin1.json": '{"items": ["é"]}'.encode("latin-1"),
    "zip.json": b"PK\x03\x04\x00\x00",
    "album_2026-01-02.json": made_up.as_json({"items": [made_up.track(1)]}),
    "nochart_2026-01-02.json": made_up.as_json(made_up.songs(1)),
    "text.json": made_up.envelope(PAGE | {"items": ["song0001"]}, at=CAPTURED_AT),
    "null-page.json": made_up.envelope(PAGE, None, at=CAPTURED_AT),
    "null-items.json": made_up.envelope(PAGE | {"items": None}, at=CAPTURED_AT),
    "null-page-in-list.json": made_up.as_json([PAGE, None]),
    "two-playlists.json": made_up.as_json([PAGE, made_up.page(made_up.songs(4), "another")]),
    "envelopes.json": b"[%b]" % made_up.envelope(PAGE, at=CAPTURED_AT),
    "dumped-twice.json": b'"{\\"items\\": ["',
    "lines_2026-01-02.json": b'{"items": []}\n{"items": [',
    "regional-xx-weekly-2026-01-08.csv": made_up.chart_file(
        [made_up.chart_row(1, 1) | {"rank": "one"}]
    ),
    "regional-xx-weekly-2026-01-15.csv": made_up.chart_file(
        [made_up.chart_row(1, 1, uri="spotify:artist:artist0001")]
    ),
    "regional-xx-weekly-2026-01-22.csv": made_up.chart_file(
        [made_up.chart_row(1, 1), made_up.chart_row(1, 2)]
    ),
    "regional-xx-weekly-2026-01-29.csv": made_up.chart_file([made_up.chart_row(1, 1)]).replace(
        b'"Song 1"', b'"Song 1'
    ),
    "regional-xx-weekly-2026-02-05.csv": made_up.chart_file(
        [made_up.chart_row(1, 1, streams="1.2 M")]
    ),
    "envelope.json": made_up.envelope(PAGE, at=CAPTURED_AT, chart_id="../../etc"),
    "spotify_raw_my.list_20261399T000000Z.json": made_up.as_json(PAGE),
}


def test_bad_files_are_rejected_with_a_rule_and_do_not_stop_others(tmp_path):
    good = {"regional-xx-weekly-2026-01-01.csv": made_up.chart_file([made_up.chart_row(1, 1)])}
    batch = transform_files(
        tmp_path, BAD_FILES | good | {"good.json": made_up.envelope(PAGE, at=CAPTURED_AT)}
    )
    assert set(broken_rules(batch)) == set(BAD_FILES)
    assert all(rule for rule in broken_rules(batch).values())
    assert query_tables(tmp_path, "select count(*) from songs") == [(4,)]


@pytest.mark.parametrize(
    ("member", "value", "shown"),
    [
        ("captured_at", "last Friday", "'last Friday'"),
        ("captured_at", "2026-02-31T08:00:00Z", "'2026-02-31T08:00:00Z'"),
        ("captured_at", "", "''"),
        ("captured_at", 1767254400, "1767254400"),
        ("chart_id", 5, "5"),
    ],
)
def test_what_an_envelope_states_is_not_replaced_by_a_guess(tmp_path, member, value, shown):
    document = json.loads(made_up.envelope(PAGE, at=CAPTURED_AT)) | {member: value}
    name = f"spotify_raw_{made_up.PLAYLIST}_20260102T080000Z.json"
    (rejection,) = transform_files(tmp_path, {name: made_up.as_json(document)}).rejected
    assert member in rejection.rule
    assert rejection.offenders == (f"it is {shown}",)


def test_an_envelope_without_a_time_has_that_of_its_name(tmp_path):
    document = json.loads(made_up.envelope(PAGE, at=CAPTURED_AT)) | {"captured_at": None}
    name = f"spotify_raw_{made_up.PLAYLIST}_20260102T080000Z.json"
    assert not transform_files(tmp_path, {name: made_up.as_json(document)}).rejected


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_single_bad_file_is_rejected(tmp_path, name):
    batch = transform_files(tmp_path, {name: BAD_FILES[name]})
    assert set(broken_rules(batch)) == {name}
    assert not batch.snapshots


def test_the_last_landed_file_of_a_snapshot_wins(tmp_path):
    first, second = (made_up.chart_file([made_up.chart_row(1, n)]) for n in (1, 2))
    name, other_name = "regional-xx-weekly-2026-01-01.csv", "regional-xx-weekly-2026-01-01 (1).csv"
    transform_files(
        tmp_path, {name: first, other_name: second}, {other_name: LANDED_AT.replace(hour=13)}
    )
    assert query_tables(tmp_path, "select song_id from songs") == [("song0002",)]
