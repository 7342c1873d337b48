"""What counts as the life of a song, where history has gaps."""

from __future__ import annotations

from datetime import timedelta

import pytest

from etl.database import models
from tests.support.hand_made_mirrors import THURSDAY, hand_made_mirror

CHART = "regional-xx-weekly"
LONG_GAP = [None, None, None]


@pytest.fixture
def mirror():
    with hand_made_mirror() as empty:
        yield empty


def asked(mirror, report: str, *columns: str) -> list[tuple]:
    select = f"select {', '.join(columns)} from ({models('reports')[report]})"
    rows: list[tuple] = mirror.execute(select).fetchall()
    return rows


def lives_of(mirror) -> dict[str, tuple[int, bool]]:
    """How long each song lasted, and whether that was all."""
    select = "select run_id, life, is_ended from run_lives"
    return {run_id[2:]: (life, ended) for run_id, life, ended in mirror.execute(select).fetchall()}


def put_reported(mirror, week: int, reported: dict[str, int | None]) -> None:
    """A week with songs, and the number of weeks of each that Spotify reports."""
    day = THURSDAY + timedelta(weeks=week)
    mirror.put(CHART, day, [])
    for position, (song, periods) in enumerate(reported.items(), 1):
        mirror.put_row(
            *("songs", CHART, day),
            position=position,
            song_id=song,
            recording_id=f"R-{song}",
            reported_periods=periods,
        )


def test_all_songs_are_followed_up_to_the_first_long_gap(mirror):
    both = ["stays", "leaves"]
    mirror.put_weeks(["old"], both, ["stays"], *LONG_GAP, both, [*both, "new"], ["x", "new"])
    # That both come back after the gap counts for neither of them.
    assert lives_of(mirror) == {
        "stays": (2, False),
        "leaves": (1, True),
        "new": (2, False),
        "x": (1, False),
    }
    assert asked(mirror, "survival_by_year", "songs", "ended") == [(4, 1)]


@pytest.mark.parametrize("missing", [1, 2])
def test_songs_are_followed_over_a_short_gap(mirror, missing):
    songs = ["stays", "leaves", "returns"]
    gap = [None] * missing
    mirror.put_weeks(["old"], songs, songs[:2], *gap, ["stays", "returns", "after"], ["stays"], "x")
    assert lives_of(mirror) == {
        "stays": (4 + missing, True),
        "leaves": (2, True),
        "returns": (2, True),
        "x": (1, False),
    }


def test_each_short_gap_counts_once(mirror):
    mirror.put_weeks(["old"], "a", None, "a", None, None, "a", "a", "b", *LONG_GAP, "a", None, "a")
    assert lives_of(mirror)["a"] == (7, True)


def test_a_song_that_spotify_counted_before_has_no_debut(mirror):
    put_reported(mirror, 0, {"old": 9})
    put_reported(mirror, 1, {"old": 10, "new": 1, "back": 7, "untold": None})
    put_reported(mirror, 2, {"new": 2})
    assert set(lives_of(mirror)) == {"new", "untold"}
    assert asked(mirror, "survival_by_year", "songs", "ended") == [(2, 1)]
    assert asked(mirror, "survival", "age", "songs") == [(0, 2), (1, 2)]


def test_ages_count_missing_weeks(mirror):
    first = [f"first {number}" for number in range(10)]
    second = [f"second {number}" for number in range(10)]
    mirror.put_weeks("x", first, *LONG_GAP, first[:5], second, None, first[:3] + second[:1])
    columns = ("age", "songs", "still_there")
    assert asked(mirror, "survival", *columns) == [
        *((0, 20, 1), (2, 10, 0.1), (4, 10, 0.5), (5, 10, 0), (7, 10, 0.3)),
    ]


def test_ages_with_few_songs_have_no_share(mirror):
    songs = [f"song {number}" for number in range(9)]
    mirror.put_weeks("x", songs, songs[:3])
    columns = ("age", "songs", "still_there")
    assert asked(mirror, "survival", *columns) == [(0, 9, None), (1, 9, None)]


@pytest.mark.parametrize(
    ("weeks", "expected"),
    [
        # "rises" does so only after the gap, and "unseen" came in it.
        ([["x", "y"], ["x", "y", "rises"], "x", *LONG_GAP, ["rises", "unseen"], "x"], (1, 1)),
        ([["x", "y"], ["x", "y", "rises"], ["rises"], *LONG_GAP, "x", "x"], None),
        ([["x", "y"], ["x", "y", "rises"], ["rises"], "x"], (1, 0)),
    ],
)
def test_songs_that_came_in_a_gap_neither_debut_nor_peak(mirror, weeks, expected):
    mirror.put_weeks(*weeks)
    found = asked(mirror, "debut_at_peak", "runs", "debut_at_peak_share")
    assert found == ([expected] if expected else [])
