import pytest

from tests.support import made_up
from tests.support.transforming import AT, LANDED, ask, rules, run

ONE = made_up.page(made_up.songs(1, 2, 3))


BAD = {
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
    "regional-xx-weekly-2026-01-08.csv": made_up.chart_file(
        [made_up.chart_row(1, 1) | {"rank": "one"}]
    ),
    "regional-xx-weekly-2026-01-15.csv": made_up.chart_file([made_up.chart_row(1, 1, uri="")]),
    "regional-xx-weekly-2026-01-22.csv": made_up.chart_file(
        [made_up.chart_row(1, 1), made_up.chart_row(1, 2)]
    ),
    "regional-xx-weekly-2026-01-29.csv": made_up.chart_file([made_up.chart_row(1, 1)]).replace(
        b'"Song 1"', b'"Song 1'
    ),
    "regional-xx-weekly-2026-02-05.csv": made_up.chart_file(
        [made_up.chart_row(1, 1, streams="1.2 M")]
    ),
    "envelope.json": made_up.envelope(ONE, at=AT, chart_id="../../etc"),
}


def test_a_bad_file_is_set_aside_with_its_rule_and_stops_no_other(tmp_path):
    good = {"regional-xx-weekly-2026-01-01.csv": made_up.chart_file([made_up.chart_row(1, 1)])}
    transformed = run(tmp_path, BAD | good | {"good.json": made_up.envelope(ONE, at=AT)})
    assert set(rules(transformed)) == set(BAD)
    assert all(rule for rule in rules(transformed).values())
    assert ask(tmp_path, "select count(*) from songs") == [(4,)]


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_alone_is_set_aside_as_well(tmp_path, name):
    transformed = run(tmp_path, {name: BAD[name]})
    assert set(rules(transformed)) == {name}
    assert not transformed.snapshots


def test_of_two_files_of_one_snapshot_the_last_landed_speaks(tmp_path):
    first, second = (made_up.chart_file([made_up.chart_row(1, n)]) for n in (1, 2))
    name, again = "regional-xx-weekly-2026-01-01.csv", "regional-xx-weekly-2026-01-01 (1).csv"
    run(tmp_path, {name: first, again: second}, {again: LANDED.replace(hour=13)})
    assert ask(tmp_path, "select song_id from songs") == [("song0002",)]
