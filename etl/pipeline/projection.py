"""Projection: which months Athena derives for a table, instead of looking for partitions.

https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from etl.aws.catalog import CatalogTable
from etl.pipeline.table_form import UPDATE
from etl.wording import counted

PARTITION_COLUMN = "snapshot_month"
_EARLIER = "Update the stack with an earlier FirstMonth."
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_NOW = re.compile(
    r"NOW\s*(?:([+-])\s*(\d{1,9})\s*(YEAR|MONTH|WEEK|DAY|HOUR|MINUTE|SECOND)S?)?", re.IGNORECASE
)
_SECONDS = {"WEEK": 604_800, "DAY": 86_400, "HOUR": 3600, "MINUTE": 60, "SECOND": 1}
_FIRST_YEAR, _LAST_YEAR = 1000, 9999


def is_projected(shown: CatalogTable) -> bool:
    """Whether Athena derives the partitions of a table, and ignores those that are registered."""
    return shown.properties.get("projection.enabled", "").strip().lower() == "true"


def projection_differences(
    shown: CatalogTable, months: list[str], now: datetime | None = None
) -> Iterator[str]:
    """A sentence for each thing that hides snapshots of those months, or shows them twice."""
    kind = _property(shown, "type").lower()
    if kind == "enum":
        values = shown.properties.get(_named("values"), "").split(",")
        if hidden := [month for month in months if month not in values]:
            yield hidden_months(shown, hidden, UPDATE)
        return
    wrong = list(_wrong_properties(shown, kind))
    yield from wrong
    if not wrong:
        yield from _outside(shown, months, now or datetime.now(UTC))


def hidden_months(shown: CatalogTable, months: Iterable[str], way_out: str) -> str:
    """The sentence about months that a query does not see."""
    listed = list(months)
    if len(listed) <= 3:
        named = ", ".join(listed)
    else:
        named = f"{counted(len(listed), 'month')} from {listed[0]} to {listed[-1]}"
    return f"{shown.name} does not show {named}. {way_out}"


def _named(property: str) -> str:
    return f"projection.{PARTITION_COLUMN}.{property}"


def _property(shown: CatalogTable, name: str, default: str = "") -> str:
    return shown.properties.get(_named(name), default).strip()


def _wrong_properties(shown: CatalogTable, kind: str) -> Iterator[str]:
    given = {
        _named("type"): (kind, "date"),
        _named("format"): (_property(shown, "format"), "yyyy-MM"),
        _named("interval"): (_property(shown, "interval", "1"), "1"),
        _named("interval.unit"): (_property(shown, "interval.unit", "MONTHS").upper(), "MONTHS"),
    }
    folder = f"{shown.location.rstrip('/')}/{PARTITION_COLUMN}=${{{PARTITION_COLUMN}}}"
    template = shown.properties.get("storage.location.template", folder)
    given["storage.location.template"] = (template.strip().rstrip("/"), folder)
    for name, (value, wanted) in given.items():
        if value != wanted:
            yield f"{shown.name} has {name} {value or 'unset'}, not {wanted}. {UPDATE}"


def _outside(shown: CatalogTable, months: list[str], now: datetime) -> Iterator[str]:
    stated = _property(shown, "range")
    ends = [_month(end.strip(), now) for end in stated.split(",")]
    first, last = ends if len(ends) == 2 else (None, None)
    if first is None or last is None:
        yield (
            f"{shown.name} has {_named('range')} {stated or 'unset'}, which is no range of months,"
            f" such as 2017-01,NOW. {UPDATE}"
        )
        return
    if earlier := [month for month in months if month < first]:
        yield hidden_months(shown, earlier, _EARLIER)
    if later := [month for month in months if month > last]:
        yield hidden_months(shown, later, UPDATE)


def _month(end: str, now: datetime) -> str | None:
    """The month at an end of a range, which may be stated as `NOW-3YEARS`; None if it is none."""
    if _MONTH.fullmatch(end):
        return end
    found = _NOW.fullmatch(end)
    if not found:
        return None
    sign, count, unit = found.groups()
    if unit is None:
        return f"{now:%Y-%m}"
    number = int(sign + count)
    if unit.upper() in _SECONDS:
        # No more than the whole calendar, which is wider than any range of months.
        most = 366 * 86_400 * 900
        seconds = max(-most, min(most, number * _SECONDS[unit.upper()]))
        return f"{now + timedelta(seconds=seconds):%Y-%m}"
    months = number * (12 if unit.upper() == "YEAR" else 1)
    year, month = divmod(now.year * 12 + now.month - 1 + months, 12)
    return f"{max(_FIRST_YEAR, min(_LAST_YEAR, year))}-{month + 1:02}"
