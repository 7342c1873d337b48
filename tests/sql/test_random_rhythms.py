"""Random histories of playlists: the gaps are the snapshots that are missing, and no others."""

from datetime import date, datetime, timedelta
from itertools import chain
from random import Random
from zoneinfo import ZoneInfo

import pytest

from etl.database import connect, create_table, insert_rows
from etl.mirror.schema import create_periods
from etl.wording import counted

HISTORIES = 24
FIRST = date(2025, 1, 1)
DAYS = 500
ZONES = ("Europe/Berlin", "America/New_York", "Europe/London", "Asia/Tokyo")


def days_on(weekdays):
    every = (FIRST + timedelta(days=number) for number in range(DAYS))
    return [day for day in every if day.isoweekday() in weekdays]


def days_apart(step):
    return [FIRST + timedelta(days=number) for number in range(0, DAYS * max(1, step // 7), step)]


def days_of(rhythm, chance):
    """The days on which a chart of that rhythm is read, by its local calendar."""
    if rhythm == "monthly":
        return [date(2025 + month // 12, month % 12 + 1, 1) for month in range(36)]
    if rhythm in ("every 2 days", "every 3 days", "every 10 days"):
        return days_apart(int(rhythm.split()[1]))
    weekdays = {
        "daily": range(1, 8),
        "Monday to Friday": range(1, 6),
        "weekends": (6, 7),
        "weekly": (chance.randint(1, 7),),
        "twice a week": chance.sample(range(1, 8), 2),
        "three times a week": chance.sample(range(1, 8), 3),
    }
    return days_on(weekdays[rhythm])


def draw_missing(count, chance, between):
    """Some of so many snapshots, never the first or the last ones, and not all in a row."""
    missing, number = [], chance.randint(*between)
    while number < count - between[0]:
        missing.append(number)
        number += chance.randint(*between)
    return missing


def draw_history(rhythm, hours, chance):
    """The times (UTC) of the snapshots that are there, and the days of those that are missing."""
    days = days_of(rhythm, chance)
    zone, hour = ZoneInfo(chance.choice(ZONES)), chance.choice(hours)
    planned = [datetime(day.year, day.month, day.day, hour, 30, tzinfo=zone) for day in days]
    moments = [moment.astimezone(ZoneInfo("UTC")).replace(tzinfo=None) for moment in planned]
    missing = draw_missing(len(days), chance, (9, 30))
    late = [moment + timedelta(minutes=chance.choice([0, 0, 0, 5, 150])) for moment in moments]
    there = [moment for number, moment in enumerate(late) if number not in missing]
    return there, [moments[number].date() for number in missing]


RHYTHMS = [
    *("daily", "Monday to Friday", "weekends", "weekly", "twice a week", "three times a week"),
    *("every 2 days", "every 3 days", "every 10 days", "monthly"),
]


@pytest.mark.parametrize(
    "hours", [(8, 12), range(24)], ids=["by day", "at any hour, over clock changes"]
)
@pytest.mark.parametrize("rhythm", RHYTHMS)
def test_the_gaps_are_the_missing_snapshots(rhythm, hours):
    chance = Random(f"{rhythm}, {hours}")
    histories = {f"{number}": draw_history(rhythm, hours, chance) for number in range(HISTORIES)}
    found = gaps_of({chart: there for chart, (there, _) in histories.items()})
    for chart, (_, missing) in histories.items():
        gaps = found.get(chart, [])
        assert len(gaps) == len(missing), f"{chart}: {gaps} for {counted(len(missing), 'snapshot')}"
        # Evenly spread periods are not those of the calendar, nor days in UTC those of a zone.
        tolerance = 3 if rhythm == "monthly" else 1
        distances = [abs((gap - day).days) for gap, day in zip(gaps, missing, strict=True)]
        assert max(distances, default=0) <= tolerance, f"{chart}: {gaps}, not {missing}"


def gaps_of(histories):
    """The last days of the gaps, by chart."""
    with connect() as connection:
        create_table(connection, "mirror", "published_snapshots")
        rows = [
            [{"chart_id": chart, "snapshot_at": moment} for moment in moments]
            for chart, moments in histories.items()
        ]
        insert_rows(connection, "published_snapshots", list(chain(*rows)))
        create_periods(connection)
        found = connection.execute(
            "select chart_id, list(period_end order by period_end) from gaps group by chart_id"
        ).fetchall()
    return dict(found)
