from __future__ import annotations

import io
import json

import pytest
from rich.console import Console

from etl.cli.tables import TABLE_ROWS, print_table, to_csv, to_json
from etl.database import QueryResult
from etl.errors import MirrorError, QueryError
from etl.lake import open_lake
from etl.mirror.query import query_mirror as ask
from etl.mirror.refresh import refresh


@pytest.fixture(scope="module")
def mirror(tmp_path_factory):
    folder = tmp_path_factory.mktemp("query")
    refresh(open_lake(str(folder / "lake")), folder / "mirror.duckdb")
    return folder / "mirror.duckdb"


def printed(answer, width=200):
    text = io.StringIO()
    print_table(answer, Console(file=text, width=width))
    return text.getvalue()


def test_an_answer_has_columns_and_rows(mirror):
    answer = ask(mirror, "select 1 as one, 'a' as letter union all select 2, null order by 1")
    assert answer == QueryResult(("one", "letter"), ((1, "a"), (2, None)))


def test_every_kind_of_value_is_printed_in_each_format(mirror):
    answer = ask(
        mirror,
        "select true as yes, 1.5::decimal(4, 1) as price, ['a', 'b'] as list, null as nothing,"
        " timestamp '2026-01-02 03:04:05' as moment, date '2026-01-02' as day, 'a, \"b\"' as text",
    )
    assert to_csv(answer) == (
        "yes,price,list,nothing,moment,day,text\n"
        'true,1.5,"[""a"", ""b""]",,2026-01-02 03:04:05,2026-01-02,"a, ""b"""\n'
    )
    assert json.loads(to_json(answer)) == [
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
    assert "true    1.5  a, b" in printed(answer).replace("  price", "price")


def test_times_with_a_zone_can_be_asked_for(mirror):
    assert len(ask(mirror, "select now()").rows) == 1


def test_what_looks_like_markup_is_text(mirror):
    assert "[bold]x[/]" in printed(ask(mirror, "select '[bold]x[/]' as \"[red]\""))


def test_a_long_answer_is_cut_and_says_so(mirror):
    shown = printed(ask(mirror, f"select range from range({TABLE_ROWS + 5})"))
    assert "and 5 more rows; --format csv prints them all." in shown


def test_a_wrong_question_is_answered_in_duckdbs_words(mirror):
    with pytest.raises(QueryError, match='Binder Error: Referenced column "nope"'):
        ask(mirror, "select nope from songs")


@pytest.mark.parametrize("sql", ["delete from songs", "create table t (x int)", "drop view gaps"])
def test_no_question_changes_the_mirror(mirror, sql):
    before = mirror.read_bytes()
    with pytest.raises(QueryError):
        ask(mirror, sql)
    assert mirror.read_bytes() == before


def test_without_a_mirror_the_way_to_one_is_shown(tmp_path):
    with pytest.raises(MirrorError, match="Run `chartlake mirror` to create it"):
        ask(tmp_path / "mirror.duckdb", "select 1")
