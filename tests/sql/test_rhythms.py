"""The periods and gaps of charts that have a rhythm of their own."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from etl.database import connect, create_table, insert_rows
from etl.mirror.schema import create_periods

CHART = "list"
MONDAY = datetime(2026, 1, 5, 8)


@pytest.fixture
def history():
    """Returns a connection with the views of a history of snapshots at the given times."""
    with connect() as connection:

        def insert(moments):
            create_table(connection, "mirror", "published_snapshots")
            new = [{"chart_id": CHART, "snapshot_at": moment} for moment in moments]
            insert_rows(connection, "published_snapshots", new)
            create_periods(connection)
            return connection

        yield insert


def on_days(*days, hour=8):
    """Moments on days that are counted from a Monday."""
    return [MONDAY.replace(hour=hour) + timedelta(days=day) for day in days]


def after_days(*distances):
    """Moments that are so many days apart."""
    days = [0]
    for distance in distances:
        days.append(days[-1] + distance)
    return on_days(*days)


def on_local_clock(first, step, count, zone):
    """Moments in UTC that are so many days apart on a local clock."""
    start = datetime.fromisoformat(first).replace(tzinfo=ZoneInfo(zone))
    moments = [start + timedelta(days=step * number) for number in range(count)]
    return [moment.astimezone(UTC).replace(tzinfo=None) for moment in moments]


def first_of_months(count):
    return [datetime(2025 + month // 12, month % 12 + 1, 1, 8) for month in range(count)]


def chart_snapshots(connection):
    """The snapshots that represent a period."""
    found = connection.execute("select snapshot_at from chart_periods order by all").fetchall()
    return [moment for (moment,) in found]


def gap_days(connection):
    """The last days of the gaps, counted from the Monday."""
    found = connection.execute("select period_end from gaps order by all").fetchall()
    return [(end - MONDAY.date()).days for (end,) in found]


@pytest.mark.parametrize(
    "moments",
    [
        on_days(*range(30)),
        on_days(*range(0, 140, 7)),
        after_days(*[3, 4] * 6),
        after_days(*[2, 5] * 6),
        after_days(2, 5, 2),
        after_days(*[2, 2, 3] * 6),
        first_of_months(24),
        on_days(*range(0, 900, 90)),
    ],
    ids=[
        *("daily", "weekly", "Mondays and Thursdays", "Tuesdays and Thursdays"),
        *("Tuesdays and Thursdays, lately", "three times a week", "monthly", "every 90 days"),
    ],
)
def test_a_regular_history_has_no_gaps_and_a_period_for_each_snapshot(history, moments):
    connection = history(moments)
    assert chart_snapshots(connection) == moments
    assert gap_days(connection) == []


@pytest.mark.parametrize("step", [1, 7])
@pytest.mark.parametrize(
    ("first", "zone"),
    [
        ("2025-02-07 01:30", "Europe/Berlin"),
        ("2025-09-05 01:30", "Europe/Berlin"),
        ("2025-02-07 00:30", "Europe/London"),
        ("2025-02-07 18:30", "America/New_York"),
    ],
)
def test_a_clock_change_neither_drops_a_snapshot_nor_makes_a_gap(history, first, zone, step):
    moments = on_local_clock(first, step, 300 // step, zone)
    connection = history(moments)
    assert chart_snapshots(connection) == moments
    assert gap_days(connection) == []


def test_late_snapshots_keep_their_period(history):
    days = [7 * week + (0, 0, 1, 3, 0, 2)[week % 6] for week in range(24)]
    connection = history(on_days(*days))
    assert len(chart_snapshots(connection)) == 24
    assert gap_days(connection) == []


def test_a_delay_beyond_midnight_keeps_the_day(history):
    moments = on_days(*range(30), hour=22)
    moments[12] += timedelta(hours=5)
    connection = history(moments)
    assert chart_snapshots(connection) == moments
    assert gap_days(connection) == []


def test_small_delays_do_not_add_up(history):
    moments = [
        moment + timedelta(hours=3 * week) for week, moment in enumerate(on_days(*range(0, 700, 7)))
    ]
    connection = history(moments)
    assert chart_snapshots(connection) == moments
    assert gap_days(connection) == []


@pytest.mark.parametrize(
    ("moments", "gaps"),
    [
        (on_days(0, 1, 2, 5, 6, 7, 9), [3, 4, 8]),
        (on_days(0, 7, 21), [14]),
        (on_days(0, 7, 14, 28, 35, 63, 70), [21, 42, 49, 56]),
        (after_days(3, 4, 3, 4, 7, 3, 4), [17]),
        (after_days(2, 5, 2, 5, 7, 2, 5, 14, 2, 5, 2, 5), [16, 30, 35, 37]),
    ],
    ids=["days", "the first weeks", "weeks", "a Monday", "a Thursday and more"],
)
def test_missing_periods_are_gaps_at_the_days_on_which_they_were_expected(history, moments, gaps):
    assert gap_days(history(moments)) == gaps


def test_a_missing_month_is_a_gap(history):
    months = first_of_months(12)
    connection = history([*months[:4], *months[5:]])
    assert connection.execute("select period, period_end from gaps").fetchall() == [
        ("month", date(2025, 5, 2))
    ]


@pytest.mark.parametrize(
    "distances",
    [[1] * 50 + [7] * 20, [7] * 20 + [1] * 50, [1] * 50 + [2, 5] * 9, [7] * 20 + [30] * 9],
    ids=["daily, then weekly", "weekly, then daily", "then twice a week", "then monthly"],
)
def test_a_chart_may_change_its_rhythm(history, distances):
    moments = after_days(*distances)
    connection = history(moments)
    assert chart_snapshots(connection) == moments
    assert gap_days(connection) == []


def test_an_outage_of_months_is_a_gap_for_each_week(history):
    connection = history(on_days(0, 7, 14, 21, 28, 126, 133, 140))
    assert gap_days(connection) == list(range(35, 126, 7))


def test_of_several_snapshots_a_day_the_last_one_counts(history):
    hourly = [MONDAY.replace(hour=0) + timedelta(hours=hour) for hour in range(24 * 5)]
    without_a_day = [moment for moment in hourly if moment.day != 7]
    connection = history(without_a_day)
    assert chart_snapshots(connection) == [moment for moment in without_a_day if moment.hour == 23]
    assert gap_days(connection) == [2]


def test_a_snapshot_less_than_half_a_step_after_another_replaces_it(history):
    moments = on_days(0, 7, 14, 17, 21, 28, 35)
    connection = history(moments)
    assert chart_snapshots(connection) == on_days(0, 7, 17, 21, 28, 35)
    assert gap_days(connection) == []


@pytest.mark.parametrize(
    ("moments", "periods"),
    [
        (on_days(0), {"week"}),
        (on_days(0, hour=6) + on_days(0, hour=7), {"week"}),
        (on_days(0, 1, 2, 19), {"day"}),
        (on_days(0, 7, 14), {"week"}),
        (after_days(3, 4, 3), {"4 days"}),
        (on_days(0, 14, 28), {"14 days"}),
        (first_of_months(12), {"month"}),
        (after_days(*[1] * 9, *[7] * 9), {"day", "week"}),
    ],
)
def test_the_period_is_named_after_its_usual_length(history, moments, periods):
    found = history(moments).execute("select distinct period from chart_periods").fetchall()
    assert {period for (period,) in found} == periods


def test_periods_and_gaps_follow_each_other_without_overlap(history):
    connection = history(after_days(1, 1, 3, 1, 1, 1, 7, 14, 3, 7, 7, 7, 30, 61, 31, 92, 30, 2, 5))
    spans = connection.execute(
        "select period_start, period_end from chart_periods union all"
        " select period_start, period_end from gaps order by all"
    ).fetchall()
    for (_, end), (start, _) in pairwise(spans):
        assert start == end + timedelta(days=1)
    numbers = connection.execute("select period_number from chart_periods order by all").fetchall()
    assert numbers[0] == (1,)
    assert numbers[-1] == (len(spans),)


def test_the_previous_period_is_a_period_or_a_gap(history):
    connection = history(after_days(7, 7, 21, 7, 15, 7))
    starts = connection.execute(
        "select period_start from chart_periods union select period_start from gaps"
    ).fetchall()
    previous = connection.execute(
        "select previous_period_start from chart_periods where period_number > 1"
    ).fetchall()
    assert set(previous) < set(starts)
