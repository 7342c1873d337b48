"""The command that answers the questions of `sql/reports` by name."""

from __future__ import annotations

import re
import sys
from calendar import monthrange
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from etl.cli.app import app, console, read_settings, warn
from etl.cli.questions import Format

if TYPE_CHECKING:
    from etl.mirror.answers import Answer, Run
    from etl.mirror.limits import Choice
    from etl.mirror.questions import Question
    from etl.settings import Settings


class Engine(StrEnum):
    """What answers a question."""

    duckdb = "duckdb"
    athena = "athena"
    spark = "spark"


# More rows than this are asked for.
TABLE_ROWS = 20


def _first_day(text: str) -> date:
    year, month, day = _date_parts(text)
    return date(year, month or 1, day or 1)


def _last_day(text: str) -> date:
    year, month, day = _date_parts(text)
    month = month or 12
    return date(year, month, day or monthrange(year, month)[1])


def _date_parts(text: str) -> tuple[int, int, int]:
    """The year, month and day in a date; 0 for those that it leaves open."""
    match = re.fullmatch(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", text.strip(), re.ASCII)
    year, month, day = (int(part or 0) for part in match.groups()) if match else (0, 0, 0)
    try:
        date(year, month or 1, day or 1)
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is not a date. Give a day, a month or a year: 2026-01-31, 2026-01 or 2026."
        ) from None
    return year, month, day


@app.command()
def ask(
    question: Annotated[
        str | None, typer.Argument(metavar="[QUESTION]", help="Its name; without one, the list.")
    ] = None,
    chart: Annotated[str | None, typer.Option(help="A chart's id, or a part of its name.")] = None,
    market: Annotated[str | None, typer.Option(help="A country's code or name, or global.")] = None,
    artist: Annotated[str | None, typer.Option(help="An artist, or a part of the name.")] = None,
    song: Annotated[str | None, typer.Option(help="A song, or a part of its title.")] = None,
    since: Annotated[
        date | None,
        typer.Option(parser=_first_day, metavar="DATE", help="The first day, month or year: 2026."),
    ] = None,
    until: Annotated[
        date | None,
        typer.Option(parser=_last_day, metavar="DATE", help="The last day, month or year."),
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="How many rows; a table has 20 otherwise.")
    ] = None,
    format: Annotated[Format, typer.Option(help="How to print the answer.")] = Format.table,
    on: Annotated[Engine, typer.Option(help="The mirror, Athena or Spark.")] = Engine.duckdb,
) -> None:
    """Answer a question from the mirror, or list the questions that there are."""
    from etl.mirror.limits import Choice

    if question is None:
        _list_questions()
        return
    if since and until and since > until:
        _wrong_usage(f"--since {since} is after --until {until}.")
    choice = Choice(chart, _market(market), artist, song, since, until)
    asked = _question(question)
    given = _answer(asked, choice, format, on)
    if format is Format.table:
        from etl.cli.answers import print_answer

        print_answer(given, limit or TABLE_ROWS, console())
    else:
        _write(given, format, limit)


def _answer(asked: Question, choice: Choice, format: Format, on: Engine) -> Answer:
    from etl.errors import InvalidInput
    from etl.mirror.answers import answer

    try:
        settings = read_settings()
        run = _run_on(on, settings)
        with _names(on, settings, choice) as mirror:
            return answer(mirror, asked, choice, one_chart=format is Format.table, run=run)
    except InvalidInput as error:
        _wrong_usage(str(error))


def _run_on(on: Engine, settings: Settings) -> Run | None:
    if on is Engine.duckdb:
        return None
    from etl.engines.run import run_on
    from etl.engines.translate import Dialect

    return run_on(Dialect(on.value), settings)


def _names(on: Engine, settings: Settings, choice: Choice) -> AbstractContextManager[Path]:
    """The mirror in which names are looked up; other engines need none of one's own."""
    if on is Engine.duckdb or settings.mirror.exists():
        return nullcontext(settings.mirror)
    from etl.engines.names import mirror_of_export
    from etl.lake import open_lake

    has_names = choice.artist is not None or choice.song is not None
    return mirror_of_export(open_lake(settings.lake, settings.aws), has_names=has_names)


def _write(given: Answer, format: Format, limit: int | None) -> None:
    from etl.cli.tables import to_csv, to_json

    rows = replace(given.rows, rows=given.rows.rows[:limit])
    sys.stdout.write(to_csv(rows) if format is Format.csv else to_json(rows))


def _list_questions() -> None:
    from itertools import groupby

    from etl.mirror.questions import questions

    known = questions()
    width = max(map(len, known)) + 2
    for topic, about in groupby(known.values(), key=lambda one: one.topic):
        print(topic)
        for one in about:
            print(f"  {one.name:{width}}{one.help}")
        print()
    print("chartlake ask QUESTION answers one; chartlake ask --help says for what it can be asked.")


def _question(name: str) -> Question:
    from etl.mirror.questions import close_names, find_question

    found = find_question(name)
    if found is None:
        close = close_names(name)
        hint = f" Did you mean {' or '.join(close[:5])}?" if close else ""
        _wrong_usage(f"There is no question {name!r}.{hint} `chartlake ask` lists them all.")
    return found


def _market(text: str | None) -> str | None:
    if text is None:
        return None
    from etl.sources.markets import market_of

    return market_of(text) or text


def _wrong_usage(sentence: str) -> NoReturn:
    warn(sentence)
    raise typer.Exit(2)
