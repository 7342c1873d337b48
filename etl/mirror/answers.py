"""Answering questions: a report, for the charts, artist, song and time that were chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import duckdb

from etl.database import QueryResult, described, set_variables
from etl.errors import QueryError
from etl.mirror.choices import Chart, find_charts, known_charts
from etl.mirror.labels import set_label_owners
from etl.mirror.limits import Choice, Limits, conditions, find_limits, left_out
from etl.mirror.names import unresolved_songs
from etl.mirror.query import fetched
from etl.mirror.questions import Question
from etl.mirror.reader import QUERY_THREADS, open_mirror
from etl.wording import counted

# Sums differ in their last digits by the order in which threads add; these digits do not.
_DIGITS = 12


@dataclass(frozen=True, slots=True)
class History:
    """How much of a chart's history the mirror holds."""

    period: str
    first: date
    last: date
    periods: int
    missing: int


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows of an answer, in the order of the report, and the charts that they are about.

    Rows without a column `chart_id` are about all charts of the mirror together. `notes` are
    sentences about how to read the rows.
    """

    question: Question
    rows: QueryResult
    charts: tuple[Chart, ...]
    other_charts: int
    histories: dict[str, History]
    notes: tuple[str, ...] = ()


# Runs a select with its parameters and the variables that it reads.
Run = Callable[[str, Sequence[object], Limits], QueryResult]


def answer(
    path: Path,
    question: Question,
    choice: Choice,
    *,
    one_chart: bool = False,
    label_owners: Path | None = None,
    run: Run | None = None,
) -> Answer:
    """Answer a question from the mirror at `path`; or let `run` answer it on another engine.

    The names of charts, artists and songs are looked up in the mirror in any case.

    `label_owners` is a file with more owners of record labels.

    With `one_chart`, and none chosen, a question about charts is answered for the first: the global
    one with the longest history. Raises QueryError where a name fits nothing, or several;
    InvalidInput where the question cannot be limited as wished.
    """
    with open_mirror(path, threads=QUERY_THREADS) as connection:
        known = known_charts(connection)
        charts = find_charts(known, choice.chart, choice.market)
        is_chosen = not choice.chart is choice.market is None
        try:
            if "label_owners" in question.sql:
                set_label_owners(connection, label_owners)
            columns = dict(described(connection, f"({question.sql})"))
            if one_chart and not is_chosen and "chart_id" in columns:
                charts, is_chosen = charts[:1], True
            chart_ids = [one.chart_id for one in charts]
            chosen = chart_ids if is_chosen else None
            limits = find_limits(connection, question, columns, choice, chosen)
            found = _rows(question, columns, limits, run or partial(_run, connection))
            if "chart_id" not in columns:
                charts = known
            chart_ids = [one.chart_id for one in charts]
            histories = _histories(connection, chart_ids)
            notes = (*left_out(question, choice), *_not_counted(connection, choice, chart_ids))
        except duckdb.Error as error:
            raise QueryError(f"The mirror cannot answer {question.name}: {error}") from error
    others = len(known) - len(charts)
    return Answer(question, found, tuple(charts), others, histories, notes)


def _rows(question: Question, columns: Mapping[str, str], limits: Limits, run: Run) -> QueryResult:
    read = {name: value for name, value in limits.items() if name in question.variables}
    where, parameters = conditions(question, limits)
    listed = ", ".join(
        f"round({name}, {_DIGITS}) as {name}" if kind == "DOUBLE" else name
        for name, kind in columns.items()
    )
    found = run(f"select {listed} from ({question.sql}) as answer where {where}", parameters, read)
    return QueryResult(tuple(columns), found.rows)


def _run(
    connection: duckdb.DuckDBPyConnection,
    select: str,
    parameters: Sequence[object],
    variables: Limits,
) -> QueryResult:
    set_variables(connection, **variables)
    return fetched(connection, select, parameters)


def _histories(
    connection: duckdb.DuckDBPyConnection, chart_ids: Sequence[str]
) -> dict[str, History]:
    found = connection.execute(
        "select chart_id, arg_max(period, period_number), min(period_end), max(period_end),"
        " count(*), max(period_number) - min(period_number) + 1 - count(*)"
        " from chart_periods where list_contains(?::varchar[], chart_id) group by chart_id",
        [list(chart_ids)],
    ).fetchall()
    return {chart_id: History(*rest) for chart_id, *rest in found}


def _not_counted(
    connection: duckdb.DuckDBPyConnection, choice: Choice, chart_ids: Sequence[str]
) -> Iterator[str]:
    songs = unresolved_songs(connection, choice.artist, chart_ids) if choice.artist else 0
    if songs:
        named = counted(songs, "song names", "songs name")
        yield f"{named} the artist in a credit that is not resolved; not counted."
