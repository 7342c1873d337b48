"""The reports about artists, compared with the invented world."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from itertools import pairwise, permutations

import pytest

from etl.database import models
from tests.support.hand_made_mirrors import THURSDAY, hand_made_mirror
from tests.support.world_truth import ENTRIES, LAST, WEEKS, end_date, points, runs_by_isrc

CHART = "regional-xx-weekly"


def weeks_by_artist() -> dict[str, dict[int, list]]:
    """The entries of each artist, by week."""
    found: dict[str, dict[int, list]] = defaultdict(lambda: defaultdict(list))
    for week, entry in ENTRIES:
        for artist in entry.track.artists:
            found[artist.artist_id][week].append(entry)
    return found


def test_collaborators(rows_of):
    expected: dict = defaultdict(list)
    for run in runs_by_isrc().values():
        artists = {artist.artist_id for artist in run[0][1].track.artists}
        for pair in permutations(artists, 2):
            expected[pair].append([entry.position for _, entry in run])
    found = {
        (row["artist_key"], row["other_key"]): (row["songs"], row["entries"], row["peak_position"])
        for row in rows_of("collaborators")
    }
    assert found == {
        pair: (len(songs), sum(map(len, songs)), min(map(min, songs)))
        for pair, songs in expected.items()
    }


def test_comebacks(rows_of):
    expected: set = set()
    for artist_id, weeks in weeks_by_artist().items():
        there = sorted(weeks)
        for last, back in pairwise(there):
            if back - last > 26:
                highest = min(weeks[back], key=lambda entry: entry.position)
                expected.add(
                    (artist_id, end_date(last), end_date(back), back - last - 1, highest.position)
                )
    columns = ("artist_key", "last_there", "period_end", "absence", "position")
    assert {tuple(row[name] for name in columns) for row in rows_of("comebacks")} == expected
    assert expected


def test_one_hit_wonders(rows_of):
    hits: dict = defaultdict(set)
    last_hit: dict = {}
    for week, entry in ENTRIES:
        if entry.position <= 10:
            for artist in entry.track.artists:
                hits[artist.artist_id].add(entry.track.isrc)
                last_hit[artist.artist_id] = week
    expected = {
        artist_id: songs
        for artist_id, songs in hits.items()
        if len(songs) == 1 and (LAST - last_hit[artist_id]) * 7 >= 365
    }
    assert {row["artist_key"]: {row["run_id"]} for row in rows_of("one_hit_wonders")} == expected
    careers = {row["artist_key"]: row["is_one_hit_wonder"] for row in rows_of("artist_career")}
    assert careers == {artist_id: artist_id in expected for artist_id in careers}


def test_newcomers_of_a_year(rows_of):
    weights: dict = defaultdict(float)
    for week, entry in ENTRIES:
        if week in YEAR_OF[end_date(LAST).year]:
            for artist in entry.track.artists:
                weights[artist.artist_id] += points(entry) / len(entry.track.artists)
    first = {artist_id: min(weeks) for artist_id, weeks in weeks_by_artist().items()}
    expected = {
        artist_id: (end_date(week), weights[artist_id] / sum(weights.values()))
        for artist_id, week in first.items()
        if week * 7 >= 371
    }
    rows = rows_of("newcomers_by_year")
    assert {row["artist_key"] for row in rows} == set(expected)
    for row in rows:
        date, share = expected[row["artist_key"]]
        assert row["first_date"] == date
        assert row["share"] == pytest.approx(share)
        assert row["newcomers"] == len(expected)
    assert [row["place"] for row in rows] == sorted(row["place"] for row in rows)


YEAR_OF = {
    year: [week for week in WEEKS if end_date(week).year == year]
    for year in {end_date(week).year for week in WEEKS}
}


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


def test_a_gap_is_no_absence_of_an_artist(mirror):
    ann, bob = song("a", "Ann"), song("b", "Bob")
    weeks: list = [[ann, bob], *[[ann]] * 20, *[None] * 40, [ann, bob], *[[ann]] * 26, [ann, bob]]
    mirror.put_weeks(*weeks)
    assert asked(mirror, "comebacks", "artist_name", "absence") == [("Bob", 26)]


def test_a_comeback_counts_whenever_the_absence_begins(mirror):
    ann = song("a", "Ann")
    back_after_26 = [song(f"s{week}", f"Bob {week}") for week in range(28)]
    back_after_25 = [song(f"t{week}", f"Cy {week}") for week in range(28)]
    weeks: list = [[ann] for _ in range(56)]
    for begin in range(28):
        for after, songs in ((27, back_after_26), (26, back_after_25)):
            weeks[begin].append(songs[begin])
            weeks[begin + after].append(songs[begin])
    mirror.put_weeks(*weeks)
    found = asked(mirror, "comebacks", "artist_name", "absence")
    assert set(found) == {(f"Bob {week}", 26) for week in range(28)}


# A title, an artist, and the figures that Spotify reports.
Reported = tuple[str, str, dict[str, int]]


def put_songs(mirror, week: int, *songs: Reported) -> None:
    """Add or replace a week with songs, their artists, and what Spotify reports of them."""
    day = THURSDAY + timedelta(weeks=week)
    mirror.put(CHART, day, [])
    mirror.remove(CHART, day)
    mirror.put(CHART, day, [])
    for position, (name, credit, reported) in enumerate(songs, 1):
        mirror.put_row(
            *("songs", CHART, day),
            position=position,
            song_id=name,
            recording_id=f"R-{name}",
            song_name=name,
            artist_credit=credit,
            **reported,
        )


def test_whom_spotify_counted_before_is_no_newcomer(mirror):
    ann: Reported = ("a", "Ann", {})
    for week in [*range(58), *range(60, 64)]:
        put_songs(mirror, week, ann)
    first, third = {"reported_periods": 1}, {"reported_periods": 3}
    bob = [("b", "Bob", first), ("c", "Bob", third)]
    cleo, dan = ("d", "Cleo", first), ("e", "Dan", third)
    put_songs(mirror, 57, ann, bob[0], cleo, ("f", "Eve", {}))
    # The second songs of Bob and Eve may have come in the two weeks that are missing.
    put_songs(mirror, 60, ann, bob[1], dan, ("g", "Eve", {"reported_periods": 3}))
    # Cleo's second song was there before her first.
    put_songs(mirror, 61, ann, ("h", "Cleo", {"reported_periods": 4}))
    assert {name for (name,) in asked(mirror, "newcomers_by_year", "artist_name")} == {"Bob", "Eve"}


def test_a_recent_hit_makes_no_one_hit_wonder(mirror):
    hits = [song(f"hit {number}", f"Hitmaker {number}") for number in range(10)]
    others = [song(f"other {number}", "Ann") for number in range(10)]
    mirror.put_weeks(others + hits, *[hits + others] * 52, others + hits)
    found = asked(mirror, "one_hit_wonders", "artist_name")
    assert found == []
    mirror.put_weeks(hits[:1] + others[:9], *[others + hits] * 53)
    found = asked(
        mirror, "one_hit_wonders", "artist_name", "peak_position", "top_ten_periods", "songs"
    )
    assert found == [("Hitmaker 0", 1, 1, 1)]


USUAL: list[Reported] = [(f"hit {number}", "Someone", {}) for number in range(10)]


@pytest.fixture
def hitmakers(mirror):
    """60 weeks of ten hits, of which Ann's and Bob's were there in the first week only."""
    for week in range(60):
        put_songs(mirror, week, *USUAL)
    put_songs(mirror, 0, ("one", "Ann", {}), ("two", "Bob", {}), *USUAL[:8])
    return mirror


def wonders(mirror) -> tuple[set[str], dict[str, bool | None]]:
    """The artists in the list of one-hit wonders, and what their careers say."""
    listed = {name for (name,) in asked(mirror, "one_hit_wonders", "artist_name")}
    return listed, dict(asked(mirror, "artist_career", "artist_name", "is_one_hit_wonder"))


def test_a_hit_before_history_begins_is_a_hit(hitmakers):
    careers = {"Ann": True, "Bob": True, "Someone": False}
    assert wonders(hitmakers) == ({"Ann", "Bob"}, careers)
    put_songs(hitmakers, 30, *USUAL, ("old", "Ann", {"reported_peak": 4}))
    put_songs(hitmakers, 31, *USUAL, ("old", "Bob", {"reported_peak": 11}))
    assert wonders(hitmakers) == ({"Bob"}, careers | {"Ann": False})
    # A song that history has below the top ten only is no hit in it.
    put_songs(hitmakers, 32, *USUAL, ("older", "Cy", {"reported_peak": 2}))
    assert wonders(hitmakers) == ({"Bob"}, careers | {"Ann": False, "Cy": False})


def test_a_history_with_gaps_does_not_tell_who_had_one_hit(hitmakers):
    known = wonders(hitmakers)
    for week in (20, 30, 40):
        hitmakers.remove(CHART, THURSDAY + timedelta(weeks=week))
    assert wonders(hitmakers) == known
    hitmakers.remove(CHART, THURSDAY + timedelta(weeks=50))
    assert wonders(hitmakers) == (set(), {"Ann": None, "Bob": None, "Someone": False})
