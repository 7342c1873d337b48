"""The reports about songs and their runs, compared with the invented world."""

from __future__ import annotations

from collections import Counter, defaultdict
from statistics import mean

from tests.support.world_truth import (
    CHARTS,
    ENTRIES,
    LAST,
    WEEKS,
    WORLD,
    assert_close,
    end_date,
    movement_status,
    runs_by_isrc,
)


def test_the_latest_chart_with_movements(rows_of):
    names = ("position", "song_id", "status", "previous_position", "peak_position")
    entries = [
        (*(row[name] for name in names), row["periods_on_chart"]) for row in rows_of("this_week")
    ]
    assert entries == [
        (
            *(entry.position, entry.track.song_id, movement_status(LAST, entry)),
            *(entry.previous_position, entry.peak_position, entry.weeks_on_chart),
        )
        for entry in CHARTS[LAST]
    ]


def test_new_entries_and_biggest_moves(rows_of):
    assert [(row["position"], row["status"]) for row in rows_of("newcomers")] == [
        (entry.position, movement_status(LAST, entry))
        for entry in CHARTS[LAST]
        if movement_status(LAST, entry) in ("NEW", "RE-ENTRY")
    ]
    moves = {row["position"]: row["position_change"] for row in rows_of("biggest_moves")}
    assert moves == {
        entry.position: (entry.previous_position or 0) - entry.position
        for entry in CHARTS[LAST]
        if movement_status(LAST, entry) in ("UP", "DOWN")
    }
    sizes = [abs(row["position_change"]) for row in rows_of("biggest_moves")]
    assert sizes == sorted(sizes, reverse=True)


def test_runs_and_trajectories(rows_of):
    expected = {
        isrc: (
            len(run),
            min(entry.position for _, entry in run),
            sum(entry.position == 1 for _, entry in run),
            end_date(run[0][0]),
            end_date(run[-1][0]),
            run[-1][0] < LAST,
        )
        for isrc, run in runs_by_isrc().items()
    }
    names = ("periods", "peak_position", "periods_at_one", "first_date", "last_date", "is_over")
    runs = {row["run_id"]: tuple(row[name] for name in names) for row in rows_of("longest_runs")}
    assert runs == expected
    assert [row["periods"] for row in rows_of("longest_runs")] == sorted(
        (periods for periods, *_ in expected.values()), reverse=True
    )
    assert {row["run_id"]: row["periods_at_one"] for row in rows_of("most_periods_at_one")} == {
        isrc: at_one for isrc, (_, _, at_one, *_) in expected.items() if at_one
    }
    trajectories = {
        (row["run_id"], row["period_end"]): row["position"] for row in rows_of("trajectories")
    }
    wanted = {entry.track.isrc for week, entry in ENTRIES if entry.position <= 10 or week == LAST}
    assert trajectories == {
        (entry.track.isrc, end_date(week)): entry.position
        for week, entry in ENTRIES
        if entry.track.isrc in wanted
    }


def test_number_ones_and_their_weeks_in_a_row(rows_of):
    expected: list = []
    previous, count = None, 0
    for week in WEEKS:
        leader = CHARTS[week][0].track.isrc
        count = count + 1 if leader == previous else 1
        previous = leader
        expected.append((end_date(week), leader, count))
    leaders = [
        (row["period_end"], row["run_id"], row["in_a_row"]) for row in rows_of("number_ones")
    ]
    assert leaders == expected


def test_churn(rows_of):
    expected: list = []
    for week in WEEKS[1:]:
        current = {entry.track.isrc for entry in CHARTS[week]}
        previous = {entry.track.isrc for entry in CHARTS[week - 1]}
        statuses = Counter(movement_status(week, entry) for entry in CHARTS[week])
        new, returned = statuses["NEW"], statuses["RE-ENTRY"]
        gone = len(previous - current)
        expected.append((end_date(week), new, returned, gone, (new + returned) / len(current)))
    names = ("period_end", "new_entries", "re_entries", "gone", "churn")
    assert [tuple(row[name] for name in names) for row in rows_of("churn")] == expected


def test_survival_by_age(rows_of):
    runs = runs_by_isrc()
    debuts = {isrc: run[0][0] for isrc, run in runs.items() if run[0][0] > 0}
    on_chart = {(isrc, week) for isrc, run in runs.items() for week, _ in run}
    expected: dict = {}
    for age in range(WORLD.weeks - 1):
        old_enough = [isrc for isrc, debut in debuts.items() if debut + age <= LAST]
        if old_enough:
            there = [(isrc, debuts[isrc] + age) in on_chart for isrc in old_enough]
            expected[age] = (len(there), mean(there) if len(there) >= 10 else None)
    rows = {row["age"]: (row["songs"], row["still_there"]) for row in rows_of("survival")}
    assert {age: songs for age, (songs, _) in rows.items()} == {
        age: songs for age, (songs, _) in expected.items()
    }
    assert_close(
        {age: share for age, (_, share) in rows.items()},
        {age: share for age, (_, share) in expected.items()},
    )


def test_songs_that_debut_at_their_peak(rows_of):
    by_year: dict = defaultdict(list)
    for run in runs_by_isrc().values():
        if run[0][0] > 0 and run[-1][0] < LAST:
            peak = min(entry.position for _, entry in run)
            by_year[end_date(run[0][0]).year].append(run[0][1].position == peak)
    shares = {row["year"]: row["debut_at_peak_share"] for row in rows_of("debut_at_peak")}
    assert_close(shares, {year: mean(flags) for year, flags in by_year.items()})
