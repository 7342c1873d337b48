"""The reports about seasons, compared with the invented world and worked out by hand."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise
from statistics import mean

import pytest

from etl.database import models
from tests.support.hand_made_mirrors import hand_made_mirror
from tests.support.world_truth import (
    CHARTS,
    LAST,
    WEEKS,
    end_date,
    movement_status,
    points,
    runs_by_isrc,
)

CHART = "regional-xx-weekly"


def returns_of(weeks: list[int]) -> list[tuple[int, int]]:
    """The weeks before and after each absence of half a year."""
    return [(last, back) for last, back in pairwise(weeks) if (back - last) * 7 >= 182]


def test_returns_of_a_season(rows_of):
    expected: set = set()
    for isrc, run in runs_by_isrc().items():
        positions = {week: entry.position for week, entry in run}
        returns = returns_of(sorted(positions))
        for number, (last, back) in enumerate(returns):
            end = returns[number + 1][0] if number + 1 < len(returns) else LAST
            stay = [positions[week] for week in positions if back <= week <= end]
            expected.add(
                (isrc, end_date(last), end_date(back), positions[back], min(stay), len(stay))
            )
    columns = ("run_id", "last_there", "period_end", "position", "best_position", "stay_periods")
    assert {tuple(row[name] for name in columns) for row in rows_of("season_returns")} == expected
    assert expected


def test_the_calendar_profile(rows_of):
    returning = {
        isrc
        for isrc, run in runs_by_isrc().items()
        if returns_of(sorted({week for week, _ in run}))
    }
    by_week: dict = defaultdict(list)
    for week in WEEKS:
        by_week[end_date(week).isocalendar().week].append(week)
    rows = {row["week"]: row for row in rows_of("calendar_profile")}
    assert set(rows) == set(by_week)
    for number, weeks in by_week.items():
        row = rows[number]
        assert row["years"] == len(weeks)
        # Entries of a playlist have no streams.
        assert (row["index_years"], row["stream_index"]) == (0, None)
        if len(weeks) == 1:
            assert (row["returning_share"], row["new_share"]) == (None, None)
            continue
        shares = [
            sum(points(entry) for entry in CHARTS[week] if entry.track.isrc in returning)
            / sum(map(points, CHARTS[week]))
            for week in weeks
        ]
        new = [
            mean(movement_status(week, entry) == "NEW" for entry in CHARTS[week])
            for week in weeks
            if week > 0
        ]
        assert row["returning_share"] == pytest.approx(mean(shares))
        assert row["new_share"] == pytest.approx(mean(new))


@pytest.fixture
def mirror():
    with hand_made_mirror() as empty:
        yield empty


def asked(mirror, report: str, *columns: str) -> list[tuple]:
    """Columns of the rows of a report."""
    select = f"select {', '.join(columns)} from ({models('reports')[report]})"
    rows: list[tuple] = mirror.execute(select).fetchall()
    return rows


def put_years(mirror, seasons: list[date], until: date, missing=lambda day: False) -> None:
    """A weekly chart whose second song, "x", is there for two weeks from each of the days on."""
    day = date(2020, 1, 2)
    while day <= until:
        if not missing(day):
            is_there = any(0 <= (day - start).days < 14 for start in seasons)
            mirror.put(CHART, day, ["a", "x"] if is_there else ["a", "b"])
        day += timedelta(weeks=1)


def test_a_song_returns_earlier_every_year(mirror):
    put_years(mirror, [date(2020, 12, 17), date(2021, 12, 9), date(2022, 12, 1)], date(2023, 1, 5))
    columns = ("left(song_name, 1)", "period_end", "days_earlier", "stay_periods", "returns")
    assert asked(mirror, "season_returns", *columns) == [
        ("x", date(2021, 12, 9), None, 2, 1),
        ("x", date(2022, 12, 1), 8, 2, 2),
    ]
    assert asked(mirror, "seasonal_returns", "left(run_id, 3)", "returns", "usual_month") == [
        ("R-x", 2, 12)
    ]


def test_a_gap_is_no_absence_of_a_song(mirror):
    seasons = [date(2020, 12, 17), date(2021, 12, 9)]
    put_years(
        mirror, seasons, date(2022, 1, 6), lambda day: date(2020, 12, 28) < day < date(2021, 12, 5)
    )
    assert asked(mirror, "season_returns", "period_end") == []
    assert asked(mirror, "seasonal_returns", "run_id") == []


def test_a_return_after_a_missing_week_is_not_dated(mirror):
    seasons = [date(2020, 12, 17), date(2021, 12, 9), date(2022, 12, 1)]
    put_years(mirror, seasons, date(2023, 1, 5), lambda day: day == date(2022, 11, 24))
    assert asked(mirror, "season_returns", "period_end", "days_earlier") == [
        (date(2021, 12, 9), None),
        (date(2022, 12, 1), None),
    ]


def test_streams_are_compared_with_the_year_around(mirror):
    day = date(2020, 1, 2)
    while day <= date(2023, 12, 28):
        mirror.put(CHART, day, [])
        streams = 300 if day.isocalendar().week == 52 else 100
        mirror.put_row("songs", CHART, day, position=1, song_id="a", streams=streams)
        day += timedelta(weeks=1)
    found = {
        week: row
        for week, *row in asked(
            mirror, "calendar_profile", "week", "years", "index_years", "stream_index"
        )
    }
    # The year around has 53 weeks, one of which has three times the streams.
    assert found[52] == [4, 3, pytest.approx(300 * 53 / 5500)]
    assert found[20] == [4, 3, pytest.approx(100 * 53 / 5500)]
    assert found[53] == [1, 1, None]
