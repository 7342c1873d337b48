"""Answering questions: a report, for the charts, artist, song and time that were chosen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from etl.database import QueryResult, set_variables
from etl.errors import InvalidInput, QueryError
from etl.mirror.choices import Chart, find_artist, find_charts, find_song, known_charts
from etl.mirror.choices import runs_of_artist as runs_of
from etl.mirror.questions import Question
from etl.mirror.reader import open_mirror

# The columns by which an answer can be limited to a time: the first that it has counts.
_DATES = ("period_end", "month", "year")
_Condition = tuple[str, list[Any]]


@dataclass(frozen=True, slots=True)
class Choice:
    """What a question is asked about; None leaves everything in.

    Charts, artists and songs are given by an id or a part of their name.
    """

    chart: str | None = None
    market: str | None = None
    artist: str | None = None
    song: str | None = None
    since: date | None = None
    until: date | None = None


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
    """The rows of an answer, in the order of the report, and the charts that they are about."""

    rows: QueryResult
    charts: tuple[Chart, ...]
    other_charts: int
    histories: dict[str, History]


def answer(path: Path, question: Question, choice: Choice, *, one_chart: bool = False) -> Answer:
    """Answer a question from the mirror at `path`.

    With `one_chart`, and none chosen, it is answered for the first: the global one with the longest
    history. Raises QueryError where a name fits nothing, or several; InvalidInput where the
    question cannot be limited as wished.
    """
    with open_mirror(path) as connection:
        known = known_charts(connection)
        charts = find_charts(known, choice.chart, choice.market)
        if one_chart and choice.chart is choice.market is None:
            charts = charts[:1]
        try:
            found = _rows(connection, question, choice, [one.chart_id for one in charts])
            histories = _histories(connection, [one.chart_id for one in charts])
        except duckdb.Error as error:
            raise QueryError(
                f"The mirror cannot answer {question.name}: {error}\n"
                "A mirror of an older version can lack what it asks for; run `chartlake mirror`."
            ) from error
    return Answer(found, tuple(charts), len(known) - len(charts), histories)


def _rows(
    connection: duckdb.DuckDBPyConnection,
    question: Question,
    choice: Choice,
    chart_ids: Sequence[str],
) -> QueryResult:
    set_variables(connection, since=choice.since, until=choice.until)
    described = connection.execute(f"describe ({question.sql})").fetchall()
    columns = tuple(str(name) for name, *_ in described)
    conditions = [
        _among("chart_id", chart_ids),
        *_named(connection, question, choice, columns),
        *_dated(question, choice, columns),
    ]
    where = " and ".join(condition for condition, _ in conditions)
    parameters = [value for _, values in conditions for value in values]
    select = f"select * from ({question.sql}) as answer where {where}"
    return QueryResult(columns, tuple(connection.execute(select, parameters).fetchall()))


def _named(
    connection: duckdb.DuckDBPyConnection,
    question: Question,
    choice: Choice,
    columns: Sequence[str],
) -> Iterator[_Condition]:
    if choice.artist is not None:
        keys = find_artist(connection, choice.artist)
        if "artist_key" in columns:
            yield _among("artist_key", keys)
        elif "run_id" in columns:
            yield _among("run_id", runs_of(connection, keys))
        else:
            raise _cannot(question, "an artist")
    if choice.song is not None:
        if "run_id" not in columns:
            raise _cannot(question, "a song")
        yield _among("run_id", find_song(connection, choice.song))


def _dated(question: Question, choice: Choice, columns: Sequence[str]) -> Iterator[_Condition]:
    if choice.since is choice.until is None or "getvariable('since')" in question.sql:
        return
    if {"first_date", "last_date"} <= set(columns):
        first, last = "first_date", "last_date"
    else:
        first = last = next((name for name in _DATES if name in columns), "")
    if not first:
        raise _cannot(question, "a time")
    if choice.since is not None:
        yield f"{last} >= ?", [_bound(last, choice.since)]
    if choice.until is not None:
        yield f"{first} <= ?", [_bound(first, choice.until)]


def _bound(column: str, day: date) -> date | int:
    # A month or a year counts as a whole if the day lies in it.
    if column == "year":
        return day.year
    return day.replace(day=1) if column == "month" else day


def _among(column: str, values: Sequence[str]) -> _Condition:
    # Values in the text of the query reach the scans of the tables; a parameter each is enough.
    return (f"{column} in ({', '.join('?' * len(values))})" if values else "false", [*values])


def _cannot(question: Question, wish: str) -> InvalidInput:
    return InvalidInput(f"{question.name} is about whole charts; it cannot be asked for {wish}.")


def _histories(
    connection: duckdb.DuckDBPyConnection, chart_ids: Sequence[str]
) -> dict[str, History]:
    condition, parameters = _among("chart_id", chart_ids)
    found = connection.execute(
        "select chart_id, arg_max(period, period_number), min(period_end), max(period_end),"
        " count(*), max(period_number) - min(period_number) + 1 - count(*)"
        f" from chart_periods where {condition} group by chart_id",
        parameters,
    ).fetchall()
    return {chart_id: History(*rest) for chart_id, *rest in found}
