"""How long songs last: estimates beside those computed song by song."""

from __future__ import annotations

from collections import defaultdict
from math import exp, log, sqrt

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


def test_survival_by_year_of_entry(rows_of):
    lives: dict[int, list[Life]] = defaultdict(list)
    for run in runs_by_isrc().values():
        if run[0][0] > 0:
            lives[end_date(run[0][0]).year].append((len(run), run[-1][0] < LAST))
    rows = {row["year"]: row for row in rows_of("survival_by_year")}
    assert set(rows) == set(lives)
    for year, of_year in lives.items():
        row, curve = rows[year], kaplan_meier(of_year)
        assert (row["songs"], row["ended"]) == (len(of_year), sum(ended for _, ended in of_year))
        assert len(of_year) >= 20
        assert row["median_periods"] == first(t for t, share, _, _ in curve if share <= 0.5)
        assert row["median_low"] == first(t for t, _, low, _ in curve if low <= 0.5)
        assert row["median_high"] == first(t for t, _, _, high in curve if high <= 0.5)
        for age in (4, 13, 26, 52):
            known = [share for t, share, _, _ in curve if t <= age]
            expected = (known or [1])[-1] if curve[-1][0] >= age else None
            assert row[f"beyond_{age}_share"] == pytest.approx(expected), age
    z = log_rank(lives[2025], lives[2024])
    assert rows[2025]["change_z"] == pytest.approx(z)
    assert rows[2025]["change"] == (
        "longer" if z <= -Z else "shorter" if z >= Z else "no clear change"
    )
    assert rows[2024]["change"] is None


@pytest.fixture
def mirror():
    with hand_made_mirror() as empty:
        yield empty


def asked(mirror, *columns: str) -> list[tuple]:
    select = f"select {', '.join(columns)} from ({models('reports')['survival_by_year']})"
    rows: list[tuple] = mirror.execute(select).fetchall()
    return rows


def test_songs_that_meet_a_gap_or_the_end_are_censored(mirror):
    # Of those that enter in the second week, "stays" meets the gap, "leaves" does not.
    mirror.put_weeks(["old"], ["stays", "leaves"], ["stays"], None, ["after"], ["end"])
    assert asked(mirror, "songs", "ended") == [(3, 1)]
    # "after" may have been there in the gap; "end" is still there.
    mirror.put_weeks(["old"], ["stays", "leaves"], ["stays"], None, ["after"], ["end"], ["x"])
    assert asked(mirror, "songs", "ended") == [(4, 2)]


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
