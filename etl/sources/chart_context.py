"""What the rows of a chart file say about its chart and date, compared with what its name says.

Collectors add such columns. One that holds several values belongs to a table of several charts or
dates, of which no snapshot can be made.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from etl.errors import InvalidRawFile
from etl.sources.chart_columns import Header, quoted
from etl.sources.chart_names import chart_properties
from etl.sources.markets import market_of

_CHART_ID = re.compile(r"(?P<kind>[a-z]+)-(?P<region>.+)-(?P<cadence>weekly|daily)")
_DATE_FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%m/%d/%Y", "%d/%m/%Y", "%d.%m.%Y")

# Whether a value contradicts a chart and its date.
_Judgement = Callable[[str, str, date], bool]


@dataclass(frozen=True, slots=True)
class ContextColumn:
    """A column about chart or date: its name, the values found in it, and what they may not be."""

    name: str
    values: set[str]
    contradicts: _Judgement


def check_context(
    header: Header,
    values: Mapping[int, set[str]],
    chart_id: str | None,
    chart_date: date | None,
) -> None:
    """Raise InvalidRawFile where rows belong to several charts or dates, or to another one.

    `values` are those found in the columns about chart or date, by the place of the column.
    """
    columns = [
        ContextColumn(header.names[place], values[place], _JUDGEMENTS[kind])
        for kind, places in header.context.items()
        for place in places
    ]
    several = [column for column in columns if len(_values(column)) > 1]
    if several:
        raise InvalidRawFile(
            "a chart file holds one chart on one date",
            ", ".join(
                f"{quoted(column.name)} has {_several(_values(column))}" for column in several
            ),
            "split it into one file for each chart and date, named like"
            " regional-us-weekly-2026-01-01.csv; if its own name is not such a name,"
            " chartlake land does that",
        )
    if chart_id is None or chart_date is None:
        return
    offenders = [
        f"{quoted(column.name)} is {quoted(value)}, and the file is taken for {chart_id} on"
        f" {chart_date}"
        for column in columns
        for value in _values(column)
        if column.contradicts(value, chart_id, chart_date)
    ]
    if offenders:
        raise InvalidRawFile(
            "the rows of a chart file belong to the chart and date that the file is taken for",
            *offenders,
        )


def _values(column: ContextColumn) -> list[str]:
    by_text = {value.strip().casefold(): value.strip() for value in column.values}
    return sorted(value for value in by_text.values() if value)


def _several(values: list[str]) -> str:
    return f"{len(values)} values, from {quoted(values[0])} to {quoted(values[-1])}"


def _is_other_date(value: str, chart_id: str, chart_date: date) -> bool:
    """Whether a date lies outside the period of the chart.

    A week runs from Friday to the Thursday that is the chart date, and until 2021 it was named
    after the Friday that follows. A date in a form that is not known is not compared; one that can
    be read in two ways may be either.
    """
    first, last = chart_date, chart_date
    if not chart_id.endswith("-daily"):
        first, last = chart_date - timedelta(days=6), chart_date + timedelta(days=1)
    found = _dates(value)
    return bool(found) and not any(first <= day <= last for day in found)


def _dates(value: str) -> list[date]:
    text = re.split(r"[T ]", value)[0]
    return [day for day in (_parsed(text, form) for form in _DATE_FORMATS) if day]


def _parsed(text: str, form: str) -> date | None:
    try:
        return datetime.strptime(text, form).date()
    except ValueError:
        return None


def _is_other_region(value: str, chart_id: str, chart_date: date) -> bool:
    return is_other_market(value, chart_id)


def is_other_market(value: str, chart_id: str) -> bool:
    """Whether a code or name of a market is not that of the chart; other texts are not compared."""
    named = _CHART_ID.fullmatch(chart_id)
    of_chart = chart_properties(chart_id).market or _code(named["region"] if named else "")
    found = market_of(value) or _code(value)
    return bool(of_chart and found and of_chart != found)


def _code(text: str) -> str:
    """A text of two letters, which may be the code of a market that is not known; else nothing."""
    code = text.strip().lower()
    return code if re.fullmatch("[a-z]{2}", code) else ""


def _is_other_chart(value: str, chart_id: str, chart_date: date) -> bool:
    return is_other_chart(value, chart_id)


def is_other_chart(value: str, chart_id: str) -> bool:
    """Whether a chart's id, or the kind that collectors call it, is not that of the chart."""
    text = value.strip().lower()
    if not _CHART_ID.fullmatch(chart_id):
        return False
    if text in ("top200", "viral50"):
        return (text == "viral50") != chart_id.startswith("viral-")
    return bool(_CHART_ID.fullmatch(text)) and text != chart_id


_JUDGEMENTS: dict[str, _Judgement] = {
    "date": _is_other_date,
    "region": _is_other_region,
    "chart": _is_other_chart,
}
