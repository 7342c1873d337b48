import pytest

from etl.transform import stage_raw_file, transform
from tests import raws
from tests.transforming import AT, LANDED, ask, rules, run

ONE = raws.page(raws.songs(1, 2, 3))


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
    "album_2026-01-02.json": raws.as_json({"items": [raws.track(1)]}),
    "nochart_2026-01-02.json": raws.as_json(raws.songs(1)),
    "regional-xx-weekly-2026-01-08.csv": raws.chart_file([raws.chart_row(1, 1) | {"rank": "one"}]),
    "regional-xx-weekly-2026-01-15.csv": raws.chart_file([raws.chart_row(1, 1, uri="")]),
    "regional-xx-weekly-2026-01-22.csv": raws.chart_file(
        [raws.chart_row(1, 1), raws.chart_row(1, 2)]
    ),
    "regional-xx-weekly-2026-01-29.csv": raws.chart_file([raws.chart_row(1, 1)]).replace(
        b'"Song 1"', b'"Song 1'
    ),
    "regional-xx-weekly-2026-02-05.csv": raws.chart_file([raws.chart_row(1, 1, streams="1.2 M")]),
    "envelope.json": raws.envelope(ONE, at=AT, chart_id="../../etc"),
}


def test_a_bad_file_is_set_aside_with_its_rule_and_stops_no_other(tmp_path):
    good = {"regional-xx-weekly-2026-01-01.csv": raws.chart_file([raws.chart_row(1, 1)])}
    transformed = run(tmp_path, BAD | good | {"good.json": raws.envelope(ONE, at=AT)})
    assert set(rules(transformed)) == set(BAD)
    assert all(rule for rule in rules(transformed).values())
    assert ask(tmp_path, "select count(*) from songs") == [(4,)]


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_alone_is_set_aside_as_well(tmp_path, name):
    transformed = run(tmp_path, {name: BAD[name]})
    assert set(rules(transformed)) == {name}
    assert not transformed.partitions


def test_of_two_files_of_one_snapshot_the_last_landed_speaks(tmp_path):
    first, second = (raws.chart_file([raws.chart_row(1, n)]) for n in (1, 2))
    staged = [
        stage_raw_file("regional-xx-weekly-2026-01-01.csv", first, LANDED, tmp_path / "0"),
        stage_raw_file(
            "regional-xx-weekly-2026-01-01 (1).csv",
            second,
            LANDED.replace(hour=13),
            tmp_path / "1",
        ),
    ]
    transformed = transform(staged, tmp_path)
    assert ask(tmp_path, "select song_id from songs") == [("song0002",)]
    ((snapshot,),) = transformed.partitions.values()
    assert snapshot.raw_name == "regional-xx-weekly-2026-01-01 (1).csv"
