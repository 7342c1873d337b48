"""Answering questions: a report, for the charts, artist, song and time that were chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path

import duckdb

from etl.database import QueryResult, described, set_variables
from etl.errors import QueryError
from etl.mirror.choices import Chart, find_charts, known_charts
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
    sentences about how to read the rows. `reasons` say why charts have none, where that is known.
    """

    question: Question
    rows: QueryResult
    charts: tuple[Chart, ...]
    other_charts: int
    histories: dict[str, History]
    notes: tuple[str, ...] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)


# A report whose comment says this has no rows of a chart without streams.
_STREAMS_ONLY = "has no streams are left out"
# Runs a select with its parameters and the variables that it reads.
Run = Callable[[str, Sequence[object], Limits], QueryResult]


def answer(
    path: Path,
    question: Question,
    choice: Choice,
    *,
    one_chart: bool = False,
    run: Run | None = None,
) -> Answer:
    """Answer a question from the mirror at `path`; or let `run` answer it on another engine.

    The names of charts, artists and songs are looked up in the mirror in any case.

    With `one_chart`, and none chosen, a question about charts is answered for the first that has
    rows; global ones, and those with the longest history, come first. Raises QueryError where a
    name fits nothing, or several; InvalidInput where the question cannot be limited as wished.
    """
    with open_mirror(path, threads=QUERY_THREADS) as connection:
        known = known_charts(connection)
        charts = find_charts(known, choice.chart, choice.market)
        is_chosen = not choice.chart is choice.market is None
        notes = left_out(question, choice)
        try:
            columns = dict(described(connection, f"({question.sql})"))
            is_about_charts = "chart_id" in columns
            candidates: list[Chart] = []
            if one_chart and not is_chosen and is_about_charts:
                candidates, charts, is_chosen = charts, charts[:1], True
            chosen = _ids(charts) if is_chosen else None
            limits = find_limits(connection, question, columns, choice, chosen)
            find = partial(_rows, question, columns, run=run or partial(_run, connection))
            found = find(limits)
            if not is_about_charts:
                charts = known
            if not found.rows and len(candidates) > 1:
                everywhere = find({**limits, "charts": _ids(candidates)})
                if everywhere.rows:
                    reason = _reasons(connection, question, _ids(charts), found)
                    sentence = nothing_fits(charts[0].name, reason.get(charts[0].chart_id))
                    notes.append(f"{sentence} This is the first chart with an answer.")
                    charts, found = _first_answered(candidates, everywhere)
            notes += _not_counted(connection, choice, _ids(charts))
            histories = _histories(connection, _ids(charts))
            reasons = _reasons(connection, question, _ids(charts), found) if is_about_charts else {}
        except duckdb.Error as error:
            raise QueryError(f"The mirror cannot answer {question.name}: {error}") from error
    others = len(known) - len(charts)
    return Answer(question, found, tuple(charts), others, histories, tuple(notes), reasons)


def nothing_fits(where: str, reason: str | None = None) -> str:
    """The sentence about a history without an answer, with the reason where it is known."""
    because = f": {reason}" if reason else ""
    return f"Nothing in the history of {where} fits the question{because}."


def _rows(question: Question, columns: Mapping[str, str], limits: Limits, run: Run) -> QueryResult:
    read = {name: value for name, value in limits.items() if name in question.variables}
    where, parameters = conditions(question, limits)
    listed = ", ".join(
        f"round({name}, {_DIGITS}) as {name}" if kind == "DOUBLE" else name
        for name, kind in columns.items()
    )
    found = run(f"select {listed} from ({question.sql}) as answer where {where}", parameters, read)
    return QueryResult(tuple(columns), found.rows)


def _ids(charts: Sequence[Chart]) -> list[str]:
    return [one.chart_id for one in charts]


def _first_answered(charts: Sequence[Chart], found: QueryResult) -> tuple[list[Chart], QueryResult]:
    """The first of the charts that has rows, with its rows."""
    index = found.columns.index("chart_id")
    answered = {row[index] for row in found.rows}
    first = next(one for one in charts if one.chart_id in answered)
    rows = tuple(row for row in found.rows if row[index] == first.chart_id)
    return [first], QueryResult(found.columns, rows)


def _reasons(
    connection: duckdb.DuckDBPyConnection,
    question: Question,
    chart_ids: Sequence[str],
    found: QueryResult,
) -> dict[str, str]:
    """Why charts have no rows, by id, where that is known."""
    if _STREAMS_ONLY not in question.sql:
        return {}
    index = found.columns.index("chart_id")
    empty = sorted(set(chart_ids) - {row[index] for row in found.rows})
    without = connection.execute(
        "select chart_id from entries where list_contains(?::varchar[], chart_id)"
        " group by chart_id having count(streams) = 0",
        [empty],
    ).fetchall()
    return {chart_id: "it has no streams" for (chart_id,) in without}


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
