"""Printing answers for people: names instead of ids, percentages, and what the mirror lacks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from etl.database import QueryResult
from etl.mirror.answers import Answer, History, nothing_fits
from etl.wording import counted, unit

# Columns that identify or repeat, and say nothing to a reader.
_HIDDEN = {
    *("chart_id", "period", "period_start", "run_id", "song_id"),
    *("artist_key", "other_key", "recording_key"),
}
_SHARES = {"churn", "still_there", "share_of_known"}
# Changes of shares, in percentage points.
_CHANGES = {"change", "share_change"}
_HEADINGS = {
    "song_name": "song",
    "artist_credit": "artist",
    "artist_name": "artist",
    "median_age": "median age (days)",
    "median_lead": "median lead (days)",
    "release_age_at_entry": "release age at entry (days)",
}
# What a row has of the figure that it names: shares where the name says so.
_OF_A_FIGURE = ("value", "value_before")
# A single row with more columns than this is printed with a line for each.
WIDEST = 8
# An answer that has one of these begins with the latest.
_DATES = ("period_end", "month", "year")


@dataclass(frozen=True, slots=True)
class _Words:
    """What a table calls the periods and entries of its charts, and the columns that it hides."""

    period: str
    entry: str = "song"
    hidden: Collection[str] = frozenset(_HIDDEN)


def print_answer(answer: Answer, limit: int, console: Console) -> None:
    """Print the first rows of an answer, a table for each chart, and notes under each.

    Rows that are about all charts together are one table.
    """
    if "chart_id" in answer.rows.columns:
        _print_charts(answer, limit, console)
    else:
        _print_together(answer, limit, console)


def _print_charts(answer: Answer, limit: int, console: Console) -> None:
    columns = answer.rows.columns
    index = columns.index("chart_id")
    for chart in answer.charts:
        rows = [row for row in answer.rows.rows if row[index] == chart.chart_id]
        rows = _latest_first(columns, rows)
        history = answer.histories[chart.chart_id]
        period = unit(history.period)
        words = _Words(period, chart.kind, {*_HIDDEN, "kind"})
        _print_table(chart.name, columns, rows[:limit], words, console)
        reason = answer.reasons.get(chart.chart_id)
        _print_notes(_notes(columns, rows, limit, "this chart", reason), console)
        _print_notes(answer.notes, console)
        _print_notes([_held(history, period)], console)
    if answer.other_charts:
        others = counted(answer.other_charts, "more chart")
        _print_notes([f"The mirror has {others}; --chart or --market chooses."], console)


def _print_together(answer: Answer, limit: int, console: Console) -> None:
    columns = answer.rows.columns
    rows = _latest_first(columns, list(answer.rows.rows))
    histories = answer.histories.values()
    periods = {unit(history.period) for history in histories}
    period = periods.pop() if len(periods) == 1 else "period"
    _print_table(answer.question.help, columns, rows[:limit], _Words(period), console)
    _print_notes(_notes(columns, rows, limit, "these charts"), console)
    _print_notes(answer.notes, console)
    if histories:
        first, last = min(one.first for one in histories), max(one.last for one in histories)
        missing = sum(one.missing for one in histories)
        held = f"The mirror has {counted(len(histories), 'chart')}, {first} to {last}"
        _print_notes([f"{held}{_missing(missing, period)}."], console)


def _print_table(
    title: str,
    columns: tuple[str, ...],
    rows: Sequence[tuple[Any, ...]],
    words: _Words,
    console: Console,
) -> None:
    console.print(Text(title, style="bold"))
    if rows:
        console.print(_table(QueryResult(columns, tuple(rows)), words))


def _print_notes(notes: Iterable[str], console: Console) -> None:
    for note in notes:
        console.print(Text(note, style="dim"))


def _latest_first(columns: Sequence[str], rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    name = next((name for name in _DATES if name in columns), None)
    if name is None:
        return rows
    index = columns.index(name)
    return sorted(rows, key=lambda row: row[index], reverse=True)


def _table(rows: QueryResult, words: _Words) -> Table:
    shown = [
        index
        for index, name in enumerate(rows.columns)
        if name not in words.hidden and any(row[index] is not None for row in rows.rows)
    ]
    headings = [_heading(rows.columns[index], words) for index in shown]
    cells = [
        [_cell(rows.columns[index], row[index], words.period) for index in shown]
        for row in _readable(rows)
    ]
    if len(cells) == 1 and len(shown) > WIDEST:
        return _upright(headings, cells[0])
    table = Table(box=None, header_style="bold")
    for index, heading in zip(shown, headings, strict=True):
        is_text = any(isinstance(row[index], str | list) for row in rows.rows)
        table.add_column(Text(heading), justify="left" if is_text else "right")
    for row in cells:
        table.add_row(*map(Text, row))
    return table


def _readable(rows: QueryResult) -> list[tuple[Any, ...]]:
    """The rows, without decimals in columns, or rows of a figure each, that have whole numbers."""
    if {"figure", *_OF_A_FIGURE} <= set(rows.columns):
        return [_of_a_figure(dict(zip(rows.columns, row, strict=True))) for row in rows.rows]
    return list(zip(*map(_whole, zip(*rows.rows, strict=True)), strict=True))


def _of_a_figure(row: dict[str, Any]) -> tuple[Any, ...]:
    values = [row[name] for name in _OF_A_FIGURE]
    is_share = str(row["figure"]).startswith("share")
    texts = [f"{value:.1%}" for value in values] if is_share else _whole(values)
    return tuple((row | dict(zip(_OF_A_FIGURE, texts, strict=True))).values())


def _whole(values: Sequence[Any]) -> list[Any]:
    numbers = [value for value in values if isinstance(value, float)]
    if not all(number.is_integer() for number in numbers):
        return list(values)
    return [int(value) if isinstance(value, float) else value for value in values]


def _upright(headings: Sequence[str], cells: Sequence[str]) -> Table:
    table = Table(box=None, show_header=False)
    for heading, cell in zip(headings, cells, strict=True):
        table.add_row(Text(heading, style="bold"), Text(cell))
    return table


def _heading(column: str, words: _Words) -> str:
    if column == "period_end":
        return "date" if words.period in ("day", "period") else f"{words.period} to"
    name = _HEADINGS.get(column, column).removeprefix("is_")
    return name.replace("period", words.period).replace("song", words.entry).replace("_", " ")


def _cell(column: str, value: Any, period: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(_cell(column, one, period) for one in value)
    if isinstance(value, str) and column.endswith(("market", "markets")):
        return _market(value)
    if column in ("record", "figure") and isinstance(value, str):
        return value.replace("period", period)
    if column == "growth":
        return f"{value:+.1%}"
    if column in _CHANGES and isinstance(value, int | float):
        return f"{100 * value:+.1f} pp"
    if column in _SHARES or column.endswith("share"):
        return f"{value:.1%}"
    if column == "month" and isinstance(value, date):
        return f"{value:%Y-%m}"
    return _number(column, value) if isinstance(value, int | float) else str(value)


def _market(market: str) -> str:
    from etl.sources.markets import market_name

    try:
        return market_name(market)
    except KeyError:
        return market


def _number(column: str, value: float) -> str:
    if column in ("year", "best_year") or (column == "years" and value > 1900):
        return str(value)
    if isinstance(value, float):
        return f"{value:,.{3 if abs(value) < 1 else 1 if abs(value) < 1000 else 0}f}"
    return f"{value:+,}" if column == "position_change" else f"{value:,}"


def _notes(
    columns: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
    limit: int,
    charts: str,
    reason: str | None = None,
) -> Iterator[str]:
    if not rows:
        yield nothing_fits(charts, reason)
    elif "record" in columns:
        yield "As far as history tells: what came before it, or in a gap, is unknown."
    if len(rows) > limit:
        yield f"{limit:,} of {len(rows):,} rows; --limit shows more, --format csv all."
    yield from _unknown(columns, rows)


def _held(history: History, period: str) -> str:
    held = f"{history.first} to {history.last}, {counted(history.periods, period)}"
    return f"History: {held}{_missing(history.missing, period)}."


def _missing(number: int, period: str) -> str:
    return f"; {counted(number, period)} missing, not read as absence" if number else ""


def _unknown(columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> Iterator[str]:
    for name in ("genre", "label", "owner"):
        if rows and name in columns and "share" in columns:
            shares = [
                (row[columns.index(name)], float(row[columns.index("share")])) for row in rows
            ]
            total = sum(share for _, share in shares) or 1
            known = sum(share for one, share in shares if one != "unknown")
            yield f"The {name} is known for {known / total:.0%} of the weight."
    if "artist_key" in columns and rows:
        keys = [str(row[columns.index("artist_key")]) for row in rows]
        credits = sum(key.startswith("credit:") for key in keys)
        if credits:
            verb = "is" if credits == 1 else "are"
            yield (
                f"{credits:,} of {len(rows):,} rows {verb} about an artist credit as it is written,"
                " as its artists are unknown."
            )
