"""Every report against the invented world, which knows what happened in it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from statistics import mean, median

import pytest

from demo.world import World
from etl.database import models
from tests.reports.worlds import answers, mirror_of_playlists

WORLD = World(60, size=50)
WEEKS = range(WORLD.weeks)
LAST = WORLD.weeks - 1
CHARTS = [WORLD.chart(week) for week in WEEKS]
ENTRIES = [(week, entry) for week in WEEKS for entry in CHARTS[week]]


@pytest.fixture(scope="module")
def mirror(tmp_path_factory):
    return mirror_of_playlists(WORLD, tmp_path_factory.mktemp("truth"))


@pytest.fixture
def ask(mirror):
    def run(report):
        return answers(mirror, report)

    return run


def end(week):
    return WORLD.week_end(week)


def month(week):
    return end(week).replace(day=1)


def status(week, entry):
    if week == 0:
        return "UNKNOWN"
    if entry.previous_position is None:
        return "NEW" if entry.weeks_on_chart == 1 else "RE-ENTRY"
    change = entry.previous_position - entry.position
    return "UP" if change > 0 else "DOWN" if change < 0 else "SAME"


def runs():
    found: dict = defaultdict(list)
    for week, entry in ENTRIES:
        found[entry.track.isrc].append((week, entry))
    return found


def points(entry):
    return len(CHARTS[0]) + 1 - entry.position


def close(found, expected):
    assert set(found) == set(expected)
    for key in expected:
        assert found[key] == pytest.approx(expected[key]), key


def shares(parts):
    totals: Counter = Counter()
    for (when, _), weight in parts.items():
        totals[when] += weight
    return {key: weight / totals[key[0]] for key, weight in parts.items()}


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


def test_artists_share_an_entry_equally_features_included(ask):
    parts: Counter = Counter()
    for week, entry in ENTRIES:
        for artist in entry.track.artists:
            parts[month(week), artist.artist_id] += points(entry) / len(entry.track.artists)
    found = {(row["month"], row["artist_key"]): row["share"] for row in ask("artist_shares")}
    close(found, shares(parts))


def test_an_artists_history(ask):
    songs: dict = defaultdict(set)
    best: dict = {}
    entries: Counter = Counter()
    for _, entry in ENTRIES:
        for artist in entry.track.artists:
            songs[artist.artist_id].add(entry.track.isrc)
            entries[artist.artist_id] += 1
            best[artist.artist_id] = min(best.get(artist.artist_id, 99), entry.position)
    found = {
        row["artist_key"]: (row["songs"], row["entries"], row["peak_position"])
        for row in ask("artist_histories")
    }
    assert found == {one: (len(songs[one]), entries[one], best[one]) for one in songs}
    assert sum(row["share"] for row in ask("artist_histories")) == pytest.approx(1)


def test_genres_share_an_artist_equally_and_what_is_unknown_is_counted(ask):
    parts: Counter = Counter()
    for week, entry in ENTRIES:
        for artist in entry.track.artists:
            genres = artist.genres or ("unknown",)
            weight = points(entry) / len(entry.track.artists) / len(genres)
            for genre in genres:
                parts[month(week), genre] += weight
    found = {(row["month"], row["genre"]): row["share"] for row in ask("genre_shares")}
    close(found, shares(parts))


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


def test_concentration(ask):
    total = sum(map(points, CHARTS[0]))
    expected = sum((points(entry) / total) ** 2 for entry in CHARTS[0])
    assert [row["hhi"] for row in ask("concentration")] == pytest.approx([expected] * len(WEEKS))


def test_what_songs_are_like(ask):
    by_month: dict = defaultdict(list)
    for week, entry in ENTRIES:
        by_month[month(week)].append(entry.track)
    rows = {row["month"]: row for row in ask("song_trends")}
    assert set(rows) == set(by_month)
    for when, tracks in by_month.items():
        row = rows[when]
        assert row["mean_seconds"] == pytest.approx(mean(t.duration_ms for t in tracks) / 1000)
        assert row["explicit_share"] == pytest.approx(mean(t.is_explicit for t in tracks))
        together = mean(len(track.artists) > 1 for track in tracks)
        assert row["collaboration_share"] == pytest.approx(together)
        singles = mean(track.album.album_type == "single" for track in tracks)
        assert row["single_share"] == pytest.approx(singles)
        assert row["known_share"] == 1


def test_songs_that_come_back_after_half_a_year(ask):
    expected: dict = {}
    for isrc, run in runs().items():
        weeks = [week for week, _ in run]
        away = [b - a for a, b in pairwise(weeks)]
        returns = sum(timedelta(weeks=one).days >= 182 for one in away)
        if returns:
            expected[isrc] = (returns, sorted({end(week).year for week in weeks}))
    found = {row["run_id"]: (row["returns"], row["years"]) for row in ask("seasonal_returns")}
    assert found == expected


def test_records_are_the_last_weeks_and_nobody_elses(ask):
    climbs = [
        ((entry.previous_position or 0) - entry.position, week)
        for week, entry in ENTRIES
        if status(week, entry) == "UP"
    ]
    best = max(climbs)[0]
    holders = [week for climb, week in climbs if climb == best]
    found = {row["record"]: row["figure"] for row in ask("records")}
    assert ("the biggest climb" in found) == (holders == [LAST])


def test_all_labels_are_unknown_where_spotify_names_none(ask):
    assert {row["label"] for row in ask("label_shares")} == {"unknown"}


def test_the_history_is_whole(ask):
    assert [(row["period_end"], row["state"]) for row in ask("coverage")] == [
        (end(week), "complete") for week in WEEKS
    ]


def test_every_report_is_tested():
    asked = re.findall(r'ask\("([a-z_]+)"\)', Path(__file__).read_text(encoding="utf-8"))
    assert set(models("reports")) == set(asked)
