"""How long songs last: estimates beside those computed song by song."""

from __future__ import annotations

from collections import defaultdict
from math import exp, log, sqrt
from statistics import median

import pytest

from etl.database import models
from tests.support.hand_made_mirrors import hand_made_mirror
from tests.support.world_truth import LAST, end_date, runs_by_isrc

Z = 1.959964
# The life of a song, and whether it is over.
Life = tuple[int, bool]


def kaplan_meier(lives: list[Life]) -> list[tuple[int, float, float, float]]:
    """The lengths, the share that lasts longer, and its confidence interval."""
    curve = []
    survival, variance = 1.0, 0.0
    for length in sorted({life for life, _ in lives}):
        at_risk = sum(life >= length for life, _ in lives)
        ended = lives.count((length, True))
        survival *= 1 - ended / at_risk
        if at_risk > ended:
            variance += ended / (at_risk * (at_risk - ended))
        low, high = 0.0, 1.0
        if 0 < survival < 1:
            centre, margin = log(-log(survival)), Z * sqrt(variance) / abs(log(survival))
            low, high = exp(-exp(centre + margin)), exp(-exp(centre - margin))
        curve.append((length, survival, low if survival < 1 else 1.0, high))
    return curve


def log_rank(lives: list[Life], before: list[Life]) -> float:
    """The z of the log-rank test."""
    difference = variance = 0.0
    for length in {life for life, is_over in lives + before if is_over}:
        newer = sum(life >= length for life, _ in lives)
        older = sum(life >= length for life, _ in before)
        everyone = newer + older
        ended = (lives + before).count((length, True))
        difference += lives.count((length, True)) - ended * newer / everyone
        if everyone > 1:
            variance += newer * older * ended * (everyone - ended) / (everyone**2 * (everyone - 1))
    return difference / sqrt(variance)


def first(lengths) -> int | None:
    return min(lengths, default=None)


def at_risk(lives: list[Life], length: int) -> int:
    """How many are known to have lasted so long."""
    return sum(life >= length for life, _ in lives)


def lives_by_year() -> dict[int, list[Life]]:
    """The lives in the invented world, by the year in which they began."""
    lives: dict[int, list[Life]] = defaultdict(list)
    for run in runs_by_isrc().values():
        if run[0][0] > 0:
            lives[end_date(run[0][0]).year].append((len(run), run[-1][0] < LAST))
    return lives


def test_survival_by_year_of_entry(rows_of):
    lives = lives_by_year()
    rows = {row["year"]: row for row in rows_of("survival_by_year")}
    assert set(rows) == set(lives)
    for year, of_year in lives.items():
        row, curve = rows[year], kaplan_meier(of_year)
        assert (row["songs"], row["ended"]) == (len(of_year), sum(ended for _, ended in of_year))
        assert len(of_year) >= 20
        sure = [row for row in curve if at_risk(of_year, row[0]) >= 10]
        assert row["median_periods"] == first(t for t, share, _, _ in sure if share <= 0.5)
        assert row["median_low"] == first(t for t, _, low, _ in sure if low <= 0.5)
        assert row["median_high"] == first(t for t, _, _, high in sure if high <= 0.5)
        for age in (4, 13, 26, 52):
            known = [share for t, share, _, _ in curve if t <= age]
            expected = (known or [1])[-1] if at_risk(of_year, age) >= 10 else None
            assert row[f"beyond_{age}_share"] == pytest.approx(expected), age
    z = log_rank(lives[2025], lives[2024])
    assert rows[2025]["change_z"] == pytest.approx(z)
    assert rows[2025]["change"] == (
        "longer" if z <= -Z else "shorter" if z >= Z else "no clear change"
    )
    assert rows[2024]["change"] is None


def test_half_life_of_all_years(rows_of):
    lives = [life for of_year in lives_by_year().values() for life in of_year]
    finished = [life for life, is_ended in lives if is_ended]
    (row,) = rows_of("half_life")
    assert (row["songs"], row["finished_runs"]) == (len(lives), len(finished))
    assert (row["median_periods"], row["longest"]) == (median(finished), max(finished))
    halves = [t for t, share, _, _ in kaplan_meier(lives) if share <= 0.5]
    assert at_risk(lives, halves[0]) >= 10
    assert row["half_life"] == halves[0]


@pytest.fixture
def mirror():
    with hand_made_mirror() as empty:
        yield empty


def asked(mirror, *columns: str, report: str = "survival_by_year") -> list[tuple]:
    select = f"select {', '.join(columns)} from ({models('reports')[report]})"
    rows: list[tuple] = mirror.execute(select).fetchall()
    return rows


@pytest.mark.parametrize(("lasting", "share"), [(10, pytest.approx(1 / 3)), (9, None)])
def test_a_length_for_which_few_songs_are_at_risk_has_no_estimate(mirror, lasting, share):
    songs = [f"song {number}" for number in range(30)]
    mirror.put_weeks("x", songs, *[songs[:lasting]] * 3)
    assert asked(mirror, "beyond_4_share", "median_periods") == [(share, 1)]


@pytest.mark.parametrize(
    ("songs", "lasting", "expected"),
    [
        (20, 10, (20, 10, 1, 1, 1)),
        # Those that are still there are more than half.
        (21, 11, (21, 10, 1, None, 1)),
        (19, 9, (19, 10, 1, None, 1)),
        (19, 10, (19, 9, None, None, None)),
    ],
)
def test_the_half_life_counts_songs_that_are_still_there(mirror, songs, lasting, expected):
    names = [f"song {number}" for number in range(songs)]
    mirror.put_weeks("x", names, names[:lasting])
    columns = ("songs", "finished_runs", "median_periods", "half_life", "longest")
    assert asked(mirror, *columns, report="half_life") == [expected]


def test_few_songs_have_no_estimates(mirror):
    few = [f"song {number}" for number in range(19)]
    mirror.put_weeks(["old"], few, ["x"], ["x"])
    columns = ("songs", "ended", "median_periods", "beyond_4_share", "change")
    assert asked(mirror, *columns) == [(20, 19, 1, None, None)]
    mirror.put_weeks(["old"], few[1:], ["x"], ["x"])
    assert asked(mirror, *columns) == [(19, 18, None, None, None)]


def test_a_median_that_is_yet_to_come_is_unknown(mirror):
    songs = [f"song {number}" for number in range(30)]
    mirror.put_weeks(["old"], songs, songs[1:], songs[2:])
    (row,) = asked(mirror, "ended", "median_periods", "median_low", "median_high")
    assert row == (2, None, None, None)


def test_a_song_that_returns_has_one_life(mirror):
    mirror.put_weeks(["old"], ["x", "y"], ["y"], ["x", "y"], ["z"])
    assert asked(mirror, "songs", "ended") == [(3, 2)]
