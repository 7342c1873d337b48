"""Raw files with the rows of a bulk table for a chart and month: many snapshots in one file."""

from __future__ import annotations

import pytest

from etl.lake import open_lake
from etl.lake.partitions import read_manifests
from etl.mirror.refresh import refresh
from etl.pipeline.process import process_pending
from etl.pipeline.rebuild import rebuild
from etl.pipeline.verify import verify
from tests.support import made_up
from tests.support.small_lakes import (
    archived_names,
    chart_name,
    derived_objects,
    lake_contents,
    put_pending,
    query_rows,
)
from tests.support.transforming import broken_rules, query_tables, transform_files

HEADER = f"date,region,{made_up.WEEKLY}"
MONTH = "regional-xx-weekly-2026-01.csv"
DAYS = ("2026-01-01", "2026-01-08", "2026-01-15")


def row(day: str, rank: int, song: int, **fields: object) -> dict[str, object]:
    """A row of a bulk table, by column name."""
    return made_up.chart_row(rank, song) | {"date": day, "region": "xx"} | fields


def month(*rows: dict[str, object]) -> bytes:
    """A file with these rows."""
    return made_up.chart_file(list(rows), HEADER, bom=False, newline="\n")


WHOLE_MONTH = month(*(row(day, rank, rank) for rank in (1, 2, 3) for day in DAYS))


def single_files() -> dict[str, bytes]:
    """The chart files of the same weeks, by name."""
    rows = [made_up.chart_row(rank, rank) for rank in (1, 2, 3)]
    return {chart_name(week): made_up.chart_file(rows) for week in range(len(DAYS))}


def songs_of(folder, name, lake):
    """The rows of the mirror's table of songs."""
    refresh(lake, folder / name)
    return query_rows(folder / name, "from songs order by all")


def test_a_month_and_its_single_files_give_the_same_rows(tmp_path):
    month_lake, single_lake = (open_lake(str(tmp_path / name)) for name in ("month", "single"))
    put_pending(month_lake, {MONTH: WHOLE_MONTH})
    put_pending(single_lake, single_files())
    assert process_pending(month_lake, "parquet").published == len(DAYS)
    process_pending(single_lake, "parquet")
    assert archived_names(month_lake) == {MONTH}
    assert songs_of(tmp_path, "a", month_lake) == songs_of(tmp_path, "b", single_lake)
    assert verify(month_lake, tmp_path / "a").findings == ()


def test_a_rebuild_from_months_writes_the_same_bytes(tmp_path):
    lake = open_lake(str(tmp_path / "lake"))
    put_pending(lake, {MONTH: WHOLE_MONTH})
    process_pending(lake, "parquet")
    before = derived_objects(lake)
    for key in before:
        lake.delete(key)
    rebuild(lake, "parquet")
    assert derived_objects(lake) == before


@pytest.mark.parametrize("names", [(MONTH, chart_name(1)), (chart_name(1), MONTH)])
@pytest.mark.parametrize("at_once", [True, False])
def test_a_chart_file_outranks_a_month_whichever_comes_first(tmp_path, names, at_once):
    files = {
        MONTH: WHOLE_MONTH,
        chart_name(1): made_up.chart_file([made_up.chart_row(1, 9)]),
    }
    lake = open_lake(str(tmp_path / "lake"))
    for name in names:
        put_pending(lake, {name: files[name]})
        if not at_once:
            process_pending(lake, "parquet")
    process_pending(lake, "parquet")
    (manifest,) = read_manifests(lake)
    assert [(one.raw_name, one.entries) for one in manifest.snapshots] == [
        (MONTH, 3),
        (chart_name(1), 1),
        (MONTH, 3),
    ]
    before = lake_contents(lake)
    rebuild(lake, "parquet")
    assert lake_contents(lake) == before


def test_a_month_whose_days_all_have_chart_files_is_as_it_should_be(tmp_path):
    lake = open_lake(str(tmp_path / "lake"))
    put_pending(lake, {MONTH: WHOLE_MONTH, **single_files()})
    process_pending(lake, "parquet")
    refresh(lake, tmp_path / "mirror.duckdb")
    assert verify(lake, tmp_path / "mirror.duckdb").findings == ()


@pytest.mark.parametrize(
    ("written", "credit"),
    [
        ("A|B", "A, B"),
        ("A | B", "A, B"),
        ("['A', \"B's\"]", "A, B's"),
        ("['A']", "A"),
        ("['A' \"B's\"]", "A, B's"),
        ('["A\\/B", "\\u00c9"]', "A/B, É"),
        ("[{'name': 'A', 'id': None}, {'name': 'B'}]", "A, B"),
        ('[{"name": "A", "id": null}]', "A"),
        ("[{'id': 1}]", "[{'id': 1}]"),
        ('["\\ud83d"]', '["\\ud83d"]'),
        (r"['A\x00', 'B\n']", r"['A\x00', 'B\n']"),
        ("A, B", "A, B"),
        ("[untitled]", "[untitled]"),
    ],
)
def test_several_artists_become_one_credit(tmp_path, written, credit):
    body = month(row("2026-01-01", 1, 1, artist_names=written))
    transform_files(tmp_path, {MONTH: body})
    assert query_tables(tmp_path, "select artist_credit from songs") == [(credit,)]


def test_featured_artists_in_a_column_of_their_own_belong_to_the_credit(tmp_path):
    header = f"{HEADER},feats"
    body = made_up.chart_file([row("2026-01-01", 1, 1, feats="['B', 'C']")], header)
    transform_files(tmp_path, {MONTH: body})
    assert query_tables(tmp_path, "select artist_credit from songs") == [("Artist 1, B, C",)]


@pytest.mark.parametrize("nothing", ["NaN", "nan", "None", "null", "<NA>"])
def test_words_for_nothing_are_nothing(tmp_path, nothing):
    body = month(row("2026-01-01", 1, 1, previous_rank=nothing, streams=nothing))
    assert not transform_files(tmp_path, {MONTH: body}).rejected
    assert query_tables(tmp_path, "select reported_previous, streams from songs") == [(None, None)]


@pytest.mark.parametrize("written", ["1/8/2026", "8/1/2026", "2026-01-08T00:00:00Z", "08.01.2026"])
def test_the_month_in_the_name_tells_how_a_date_was_written(tmp_path, written):
    transform_files(tmp_path, {MONTH: month(row(written, 1, 1))})
    sql = "select snapshot_date::varchar from songs"
    assert query_tables(tmp_path, sql) == [("2026-01-08",)]


@pytest.mark.parametrize("written", ["", "soon", "2026-02-05", "2026-13-01"])
def test_a_row_of_another_month_rejects_the_file(tmp_path, written):
    batch = transform_files(tmp_path, {MONTH: month(row(written, 1, 1))})
    rule = "each row of a chart file of a month has a date of that month"
    assert broken_rules(batch) == {MONTH: rule}


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("region", "us"),
        ("region", "United States"),
        ("region", "Global"),
        ("chart", "viral50"),
        ("chart", "regional-us-weekly"),
    ],
)
def test_a_row_of_another_market_or_chart_rejects_the_file(tmp_path, column, cell):
    rows = [row(DAYS[0], 1, 1), row(DAYS[0], 2, 2) | {column: cell}]
    body = made_up.chart_file(rows, f"chart,{HEADER}")
    batch = transform_files(tmp_path, {MONTH: body})
    (rejection,) = batch.rejected
    rule = "the rows of a chart file belong to the chart that the file is taken for"
    assert rejection.rule == rule
    assert rejection.offenders == (
        f'"{column}" is "{cell}" in line 3, and the file is taken for regional-xx-weekly',
    )


@pytest.mark.parametrize("region", ["", "XX", "South America", "xx "])
def test_what_names_no_other_market_is_not_compared(tmp_path, region):
    body = month(row(DAYS[0], 1, 1, region=region))
    assert not transform_files(tmp_path, {MONTH: body}).rejected
