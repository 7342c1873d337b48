"""Songs and their runs, against the invented world, which knows what happened in it."""

from __future__ import annotations

from collections import Counter, defaultdict
from statistics import mean, median

from tests.support.world_truth import (
    CHARTS,
    ENTRIES,
    LAST,
    WEEKS,
    WORLD,
    close,
    end,
    runs,
    status,
)


def test_this_weeks_chart_with_its_movements(ask):
    names = ("position", "song_id", "status", "previous_position", "peak_position")
    found = [(*(row[name] for name in names), row["periods_on_chart"]) for row in ask("this_week")]
    assert found == [
        (
            *(entry.position, entry.track.song_id, status(LAST, entry)),
            *(entry.previous_position, entry.peak_position, entry.weeks_on_chart),
        )
        for entry in CHARTS[LAST]
    ]


def test_newcomers_and_moves_of_the_week(ask):
    assert [(row["position"], row["status"]) for row in ask("newcomers")] == [
        (entry.position, status(LAST, entry))
        for entry in CHARTS[LAST]
        if status(LAST, entry) in ("NEW", "RE-ENTRY")
    ]
    moves = {row["position"]: row["position_change"] for row in ask("biggest_moves")}
    assert moves == {
        entry.position: (entry.previous_position or 0) - entry.position
        for entry in CHARTS[LAST]
        if status(LAST, entry) in ("UP", "DOWN")
    }
    sizes = [abs(row["position_change"]) for row in ask("biggest_moves")]
    assert sizes == sorted(sizes, reverse=True)


def test_runs_and_trajectories(ask):
    expected = {
        isrc: (
            len(run),
            min(entry.position for _, entry in run),
            sum(entry.position == 1 for _, entry in run),
            end(run[0][0]),
            end(run[-1][0]),
            run[-1][0] < LAST,
        )
        for isrc, run in runs().items()
    }
    names = ("periods", "peak_position", "periods_at_one", "first_date", "last_date", "is_over")
    found = {row["run_id"]: tuple(row[name] for name in names) for row in ask("longest_runs")}
    assert found == expected
    assert [row["periods"] for row in ask("longest_runs")] == sorted(
        (one[0] for one in expected.values()), reverse=True
    )
    assert {row["run_id"]: row["periods_at_one"] for row in ask("most_periods_at_one")} == {
        isrc: one[2] for isrc, one in expected.items() if one[2]
    }
    trajectories = {
        (row["run_id"], row["period_end"]): row["position"] for row in ask("trajectories")
    }
    assert trajectories == {
        (entry.track.isrc, end(week)): entry.position for week, entry in ENTRIES
    }


def test_number_ones_and_how_long_in_a_row(ask):
    expected: list = []
    before, count = None, 0
    for week in WEEKS:
        leader = CHARTS[week][0].track.isrc
        count = count + 1 if leader == before else 1
        before = leader
        expected.append((end(week), leader, count))
    found = [(row["period_end"], row["run_id"], row["in_a_row"]) for row in ask("number_ones")]
    assert found == expected


def test_churn(ask):
    expected: list = []
    for week in WEEKS[1:]:
        here = {entry.track.isrc for entry in CHARTS[week]}
        before = {entry.track.isrc for entry in CHARTS[week - 1]}
        kinds = Counter(status(week, entry) for entry in CHARTS[week])
        changed = kinds["NEW"] + kinds["RE-ENTRY"]
        expected.append(
            (end(week), kinds["NEW"], kinds["RE-ENTRY"], len(before - here), changed / len(here))
        )
    names = ("period_end", "new_entries", "re_entries", "gone", "churn")
    assert [tuple(row[name] for name in names) for row in ask("churn")] == expected


def test_how_long_hits_last(ask):
    lengths = sorted(len(run) for run in runs().values() if run[0][0] > 0 and run[-1][0] < LAST)
    (row,) = ask("half_life")
    assert (row["finished_runs"], row["longest"]) == (len(lengths), lengths[-1])
    assert row["median_periods"] == median(lengths)
    assert sum(one <= row["half_life"] for one in lengths) >= len(lengths) / 2
    debuts = {isrc: run[0][0] for isrc, run in runs().items() if run[0][0] > 0}
    there = {(isrc, week) for isrc, run in runs().items() for week, _ in run}
    expected: dict = {}
    for age in range(WORLD.weeks - 1):
        old = [isrc for isrc, debut in debuts.items() if debut + age <= LAST]
        if old:
            expected[age] = mean((isrc, debuts[isrc] + age) in there for isrc in old)
    close({row["age"]: row["still_there"] for row in ask("survival")}, expected)


def test_debuts_at_the_peak(ask):
    by_year: dict = defaultdict(list)
    for run in runs().values():
        if run[0][0] > 0 and run[-1][0] < LAST:
            peak = min(entry.position for _, entry in run)
            by_year[end(run[0][0]).year].append(run[0][1].position == peak)
    found = {row["year"]: row["debut_at_peak_share"] for row in ask("debut_at_peak")}
    close(found, {year: mean(peaks) for year, peaks in by_year.items()})
