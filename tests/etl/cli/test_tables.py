from __future__ import annotations

import io
import json

import pytest
from rich.console import Console

from etl.cli.tables import TABLE_ROWS, print_table, to_csv, to_json
from etl.database import QueryResult
from etl.errors import MirrorError, QueryError
from etl.lake import open_lake
from etl.mirror.query import query_mirror
from etl.mirror.refresh import refresh


@pytest.fixture(scope="module")
def mirror(tmp_path_factory):
    folder = tmp_path_factory.mktemp("query")
    refresh(open_lake(str(folder / "lake")), folder / "mirror.duckdb")
    return folder / "mirror.duckdb"


def printed(result, width=200):
    text = io.StringIO()
    print_table(result, Console(file=text, width=width))
    return text.getvalue()


def test_a_result_has_columns_and_rows(mirror):
    result = query_mirror(
        mirror, "select 1 as number, 'a' as letter union all select 2, null order by 1"
    )
    assert result == QueryResult(("number", "letter"), ((1, "a"), (2, None)))


def test_json_has_no_value_that_json_lacks(mirror):
    result = query_mirror(mirror, "select 1 / 0 as ratio, ['nan'::double, 2] as list")
    found = json.loads(to_json(result), parse_constant=pytest.fail)
    assert found == [{"ratio": None, "list": [None, 2]}]


def test_json_keeps_columns_of_the_same_name_apart(mirror):
    result = query_mirror(mirror, "select 1 as a, 2 as a, 3 as a_1")
    assert json.loads(to_json(result)) == [{"a": 1, "a_1": 2, "a_1_1": 3}]


def test_a_blob_is_printed_as_duckdb_shows_it(mirror):
    result = query_mirror(
        mirror, r"select '\x00a\x7F'::blob as blob, '\x00a\x7F'::blob::text as text"
    )
    ((_, text),) = result.rows
    assert text == r"\x00a\x7F"
    assert json.loads(to_json(result)) == [{"blob": text, "text": text}]
    assert to_csv(result) == f"blob,text\n{text},{text}\n"
    assert printed(result).count(text) == 2


def test_every_type_is_printed_in_each_format(mirror):
    result = query_mirror(
        mirror,
        "select true as yes, 1.5::decimal(4, 1) as price, ['a', 'b'] as list, null as nothing,"
        " timestamp '2026-01-02 03:04:05' as moment, date '2026-01-02' as day, 'a, \"b\"' as text",
    )
    assert to_csv(result) == (
        "yes,price,list,nothing,moment,day,text\n"
        'true,1.5,"[""a"", ""b""]",,2026-01-02 03:04:05,2026-01-02,"a, ""b"""\n'
    )
    assert json.loads(to_json(result)) == [
        {
            "yes": True,
            "price": 1.5,
            "list": ["a", "b"],
            "nothing": None,
            "moment": "2026-01-02 03:04:05",
            "day": "2026-01-02",
            "text": 'a, "b"',
        }
    ]
    assert "true    1.5  a, b" in printed(result).replace("  price", "price")


def test_what_is_known_of_the_second_row_only_is_printed_as_ever(mirror):
    rows = "values (null, null, 1), (false, ['a'], 2), (null, null, 3)"
    result = query_mirror(mirror, f"select * from ({rows}) as listed (is_new, names, number)")
    assert to_csv(result) == 'is_new,names,number\n,,1\nfalse,"[""a""]",2\n,,3\n'


def test_times_with_a_time_zone_can_be_queried(mirror):
    assert len(query_mirror(mirror, "select now()").rows) == 1


def test_markup_is_printed_as_text(mirror):
    assert "[bold]x[/]" in printed(query_mirror(mirror, "select '[bold]x[/]' as \"[red]\""))


def test_a_long_result_is_cut_with_a_note(mirror):
    output = printed(query_mirror(mirror, f"select range from range({TABLE_ROWS + 5})"))
    assert "and 5 more rows; --format csv prints them all." in output


def test_an_invalid_query_has_the_error_of_duckdb(mirror):
    with pytest.raises(QueryError, match='Binder Error: Referenced column "nope"'):
        query_mirror(mirror, "select nope from songs")


@pytest.mark.parametrize("sql", ["delete from songs", "create table t (x int)", "drop view gaps"])
def test_a_query_cannot_change_the_mirror(mirror, sql):
    before = mirror.read_bytes()
    with pytest.raises(QueryError):
        query_mirror(mirror, sql)
    assert mirror.read_bytes() == before


def test_a_query_without_a_mirror_says_how_to_create_one(tmp_path):
    with pytest.raises(MirrorError, match="Run `chartlake mirror` to create it"):
        query_mirror(tmp_path / "mirror.duckdb", "select 1")
