"""Dates as collectors write them: in ISO, with slashes in either order, in words, with a time."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Literal

DateOrder = Literal["day first", "month first"]
Edge = Literal["first", "last"]

_FRIDAY = 5

_ISO = re.compile(r"(\d{4})([-/.]?)(\d{1,2})\2(\d{1,2})")
_SHORT = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})")

# Weeks as they were named until 2021, from Friday to Friday.
_WEEK = re.compile(r"\d{4}-\d{2}-\d{2}--(\d{4}-\d{2}-\d{2})")


# A table has few dates and many rows.
@lru_cache(maxsize=100_000)
def readings(text: str) -> dict[DateOrder, date]:
    """What a date may be, by the order in which it was written; in ISO, it is one day in both."""
    if match := _WEEK.fullmatch(text.strip()):
        return {order: chart_date(day, "last") for order, day in readings(match[1]).items()}
    if found := _in_words(text):
        return {"day first": found, "month first": found}
    day_text = re.split(r"[T ]", text.strip(), maxsplit=1)[0]
    if match := _ISO.fullmatch(day_text):
        found = _date(match[1], match[3], match[4])
        return {"day first": found, "month first": found} if found else {}
    if match := _SHORT.fullmatch(day_text):
        day_first = _date(match[4], match[3], match[1])
        # With dots, the day always comes first.
        month_first = _date(match[4], match[1], match[3]) if match[2] != "." else None
        both: dict[DateOrder, date | None] = {"day first": day_first, "month first": month_first}
        return {order: found for order, found in both.items() if found}
    return {}


def order_shown(text: str) -> DateOrder | None:
    """The order in which a date must have been written; None where it could be either."""
    orders = list(readings(text))
    return orders[0] if len(orders) == 1 else None


def day_of(text: str, order: DateOrder | None) -> date | None:
    """The day, where it can be read in one way, or else in that order."""
    found = readings(text)
    days = set(found.values())
    if len(days) == 1:
        return days.pop()
    return found.get(order) if order else None


def day_in_month(text: str, month: str, edge: Edge | None = None) -> date | None:
    """The day in a month (`YYYY-MM`); of two readings of a date, at most one is in it.

    `edge` is which day of a week the date is, if it is that of a weekly chart.
    """
    days = {chart_date(day, edge) for day in readings(text).values()}
    found = [day for day in days if f"{day:%Y-%m}" == month]
    return found[0] if len(found) == 1 else None


def chart_date(day: date, edge: Edge | None) -> date:
    """The date of the chart of a week of which that is the first or last day.

    That is the Thursday on which the week ends. Some name the Friday after it as the end.
    """
    if day.isoweekday() == _FRIDAY and edge:
        return day + timedelta(days=6 if edge == "first" else -1)
    return day


def _in_words(text: str) -> date | None:
    words = re.findall(r"[A-Za-z]+|\d+", text)
    for form in ("%B %d %Y", "%b %d %Y", "%d %B %Y", "%d %b %Y"):
        try:
            return datetime.strptime(" ".join(words), form).date()
        except ValueError:
            continue
    return None


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
