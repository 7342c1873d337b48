"""Who counts as a newcomer, where history has gaps."""

from __future__ import annotations

from datetime import timedelta

import pytest

from etl.database import models
from tests.support.hand_made_mirrors import THURSDAY, hand_made_mirror

CHART = "regional-xx-weekly"


@pytest.fixture
def mirror():
    with hand_made_mirror() as empty:
        yield empty


def asked(mirror, report: str, *columns: str) -> list[tuple]:
    """Columns of the rows of a report."""
    select = f"select {', '.join(columns)} from ({models('reports')[report]})"
    rows: list[tuple] = mirror.execute(select).fetchall()
    return rows


def song(name: str, credit: str) -> tuple[str, str, str]:
    return name, f"R-{name}", credit


def test_nobody_is_a_newcomer_of_a_history_with_gaps(mirror):
    ann, bob = song("a", "Ann"), song("b", "Bob")
    full = [[ann] for _ in range(60)]
    mirror.put_weeks(*full, [ann, bob], [ann])
    assert asked(mirror, "newcomers_by_year", "artist_name", "first_song") == [("Bob", "b at 2")]
    for week in (50, 52, 54):
        mirror.remove(CHART, THURSDAY + timedelta(weeks=week))
    assert asked(mirror, "newcomers_by_year", "artist_name") == []


def test_who_was_there_last_christmas_is_no_newcomer(mirror):
    ann, bob, cy = song("a", "Ann"), song("b", "Bob"), song("c", "Cy")
    # 53 weeks, so that the week of Christmas is among them.
    mirror.put_weeks([ann, bob], *[[ann]] * 51, [ann, bob], [ann, cy])
    assert asked(mirror, "newcomers_by_year", "artist_name") == [("Cy",)]
    mirror.remove(CHART, THURSDAY)
    assert asked(mirror, "newcomers_by_year", "artist_name") == []


def test_a_gap_at_last_christmas_may_hide_who_was_there(mirror):
    ann, bob = song("a", "Ann"), song("b", "Bob")
    early: list = [[ann], *[None] * 10]
    mirror.put_weeks(*early, *[[ann]] * 51, [ann, bob])
    assert asked(mirror, "newcomers_by_year", "artist_name") == []
    mirror.put_weeks(*early, *[[ann]] * 52, [ann, bob])
    assert asked(mirror, "newcomers_by_year", "artist_name") == [("Bob",)]
