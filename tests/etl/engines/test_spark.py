"""Every view and question has the same rows in Spark as in DuckDB, over the same lake."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from etl.database import set_variables
from etl.engines.spark import open_session, register
from etl.engines.translate import Dialect, translate
from etl.engines.views import history_views
from etl.mirror.questions import questions

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# The exported history is Parquet, whatever the lake is.
pytestmark = [
    pytest.mark.engines,
    pytest.mark.timeout(1200),
    pytest.mark.parametrize("world_lake", ["parquet"], indirect=True),
]


@pytest.fixture(scope="module")
def registered(world_lake, world_index):
    """A Spark session that has the exported history."""
    with open_session() as session:
        register(session, world_lake, world_index)
        yield session


def test_every_view_has_the_rows_of_the_mirror(registered, world_index, open_world_mirror):
    names = [*world_index.relations, *history_views(world_index.schema, Dialect.spark)]
    for name in names:
        assert_same_rows(name, registered, open_world_mirror, world_index.schema[name])


@pytest.mark.parametrize("is_limited", [False, True], ids=["whole", "limited"])
@pytest.mark.parametrize("name", sorted(questions()))
def test_every_question_has_the_rows_of_the_mirror(
    name, is_limited, registered, world_index, open_world_mirror
):
    question = questions()[name]
    limits = limits_of(open_world_mirror) if is_limited else {}
    variables = {one: value for one, value in limits.items() if one in question.variables}
    set_variables(open_world_mirror, **variables)
    expected = open_world_mirror.execute(question.sql).fetchall()
    translated = translate(question.sql, Dialect.spark, world_index.schema, variables)
    assert list(_values(registered.sql(translated).collect())) == list(_values(expected))


def limits_of(connection: duckdb.DuckDBPyConnection) -> dict[str, object]:
    """A value for each variable that a report may read, which leaves some rows in."""

    def some(select: str) -> list[str]:
        return [value for (value,) in connection.execute(f"{select} order by all").fetchall()]

    ends = some("select distinct period_end from chart_periods")
    return {
        "since": ends[len(ends) // 3],
        "until": ends[-2],
        "charts": some("select chart_id from charts where market = 'us'"),
        "markets": ["us", "global"],
        "artists": some("select distinct artist_key from entry_artists")[::3],
        "songs": some("select run_id from chart_runs where peak_position < 9"),
        "recordings": some("select recording_key from recordings where len(charts) > 1"),
    }


def assert_same_rows(
    name: str,
    session: SparkSession,
    connection: duckdb.DuckDBPyConnection,
    columns: Iterable[str],
) -> None:
    """A relation has the same rows in Spark as in the mirror, in any order."""
    expected = connection.execute(f"select {', '.join(map(quoted, columns))} from {name}")
    found = session.sql(f"select {', '.join(f'`{one}`' for one in columns)} from {name}")
    rows = sorted(_values(found.collect()), key=repr)
    assert rows == sorted(_values(expected.fetchall()), key=repr), name


def quoted(name: str) -> str:
    return f'"{name}"'


def _values(found: Iterable[Iterable[Any]]) -> Iterator[tuple[Any, ...]]:
    return (tuple(map(_value, row)) for row in found)


def _value(one: Any) -> Any:
    # Sums of real numbers depend on the order in which they are added.
    if isinstance(one, Decimal | float):
        return round(float(one), 9)
    return tuple(map(_value, one)) if isinstance(one, list | tuple) else one
