"""Recordings across charts: grown by any changes, they are those of a mirror built at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.hand_made_mirrors import HISTORIES, THURSDAY, hand_made_mirror
from tests.support.recordings_truth import SongIds, recording_keys, recordings

CHARTS = ("regional-us-weekly", "regional-xx-weekly", "viral-us-daily", "list")
COLUMNS = (
    *("recording_key", "song_name", "song_count", "charts", "first_date", "last_date"),
    "best_position",
)
# How a recording did on each chart: as the view says, and by its movements.
ON_CHARTS = (
    "select chart_id, recording_key, first_date, last_date, peak_position, peak_date"
    " from chart_recordings order by all",
    "select chart_id, recording_key, min(period_end), max(period_end), min(position),"
    " arg_min(period_end, (position, period_end)) from movements"
    " where recording_key is not null and kind = 'song' group by all order by all",
)
DAYS = [THURSDAY + timedelta(days=9 * number) for number in range(5)]

# Few of many ids meet, so that recordings are chains of several, which changes join and part.
songs = st.builds(
    SongIds,
    st.one_of(st.none(), st.integers(0, 14).map("song {:02}".format)),
    st.one_of(st.none(), st.none(), st.integers(0, 7).map("ISRC {:02}".format)),
    st.one_of(st.none(), *[st.integers(0, 7).map("title {:02}".format)] * 3),
    st.sampled_from([None, 180_000, 180_001]),
)
charts = st.lists(songs, min_size=1, max_size=3)
keys = st.tuples(st.sampled_from(CHARTS), st.sampled_from(DAYS))
# A snapshot that is put, and replaces the one before it if there is one; or removed, if None.
changes = st.dictionaries(keys, st.one_of(charts, st.none()), min_size=1, max_size=4)


@pytest.fixture(scope="module")
def mirrors():
    """Two mirrors: one grows, the other is built at once. Each example leaves them empty."""
    with hand_made_mirror() as grown, hand_made_mirror() as built:
        yield grown, built


@pytest.fixture
def mirror():
    with hand_made_mirror() as mirror:
        yield mirror


def apply(mirror, changes, snapshots):
    for key, entries in changes.items():
        if key in snapshots:
            mirror.remove(*key)
            del snapshots[key]
        if entries is not None:
            put(mirror, key[0], key[1], entries)
            snapshots[key] = entries
    mirror.merge()


def put(mirror, chart_id, day, entries):
    """Add a snapshot, with the recording ids that the lake gives its entries."""
    mirror.put(chart_id, day, [])
    for position, ids in enumerate(entries, 1):
        mirror.put_row(
            "songs",
            chart_id,
            day,
            position=position,
            snapshot_date=day,
            song_id=ids.song_id,
            song_name=ids.title,
            isrc=ids.isrc,
            duration_ms=ids.duration_ms,
            recording_id=ids.isrc or ids.title_key,
        )


def contents(mirror):
    return [
        mirror.execute(f"from {relation} order by all").fetchall()
        for relation in ("recordings", "entries")
    ]


@settings(max_examples=HISTORIES)
@given(st.dictionaries(keys, charts, min_size=4), st.lists(changes, min_size=1, max_size=4))
def test_recordings_that_grew_are_those_built_at_once_and_the_true_ones(mirrors, first, refreshes):
    grown, built = mirrors
    snapshots: dict[Any, Any] = {}
    for changes in (first, *refreshes):
        apply(grown, changes, snapshots)
    apply(built, dict(snapshots), {})
    assert contents(grown) == contents(built)
    rows = grown.execute(f"select {', '.join(COLUMNS)} from recordings order by all").fetchall()
    assert rows == [tuple(row[name] for name in COLUMNS) for row in recordings(snapshots)]
    stored = grown.execute(
        "select chart_id, snapshot_date, position,"
        " coalesce(recording_key, recording_id, song_id) from entries"
    ).fetchall()
    assert {tuple(place): key for *place, key in stored} == recording_keys(snapshots)
    by_view, by_movements = (grown.execute(select).fetchall() for select in ON_CHARTS)
    assert by_view == by_movements
    for mirror in mirrors:
        apply(mirror, dict.fromkeys(snapshots), dict(snapshots))
        assert not any(contents(mirror))


def test_a_song_without_isrc_joins_the_one_recording_with_its_title_and_credit(mirror):
    put(mirror, "list", THURSDAY, [SongIds("a", "QZ1", "Song"), SongIds("b", None, "Song")])
    put(mirror, "regional-us-weekly", THURSDAY, [SongIds("c", None, "Song")])
    found = mirror.execute("select recording_key, song_count, charts from recordings")
    assert found.fetchall() == [("QZ1", 3, ["list", "regional-us-weekly"])]


def test_a_song_without_isrc_does_not_join_two_recordings_that_have_one(mirror):
    put(mirror, "list", THURSDAY, [SongIds("a", "QZ1", "Song"), SongIds("b", "QZ2", "Song")])
    songs = [SongIds("a", None, "Song"), SongIds("b", None, "Song"), SongIds("c", None, "Song")]
    put(mirror, "regional-us-weekly", THURSDAY, songs)
    found = mirror.execute("select position, recording_key from movements order by all")
    alone = songs[2].title_key
    assert found.fetchall() == [(1, "QZ1"), (1, "QZ1"), (2, "QZ2"), (2, "QZ2"), (3, alone)]
    mirror.remove("list", THURSDAY)
    put(mirror, "list", THURSDAY, [SongIds("a", "QZ1", "Song")])
    found = mirror.execute("select distinct recording_key from movements")
    assert found.fetchall() == [("QZ1",)]


def test_isrcs_with_title_credit_and_duration_in_common_are_one_recording(mirror):
    songs = [SongIds("a", "QZ1", "Song", 180_000), SongIds("b", "QZ2", "Song", 180_000)]
    put(mirror, "list", THURSDAY, [*songs, SongIds("c", "QZ3", "Song", 180_001)])
    found = mirror.execute("select recording_key, song_count from recordings order by all")
    assert found.fetchall() == [("QZ1", 2), ("QZ3", 1)]


def test_isrcs_that_a_song_id_has_at_different_times_are_one_recording(mirror):
    put(mirror, "list", THURSDAY, [SongIds("a", "QZ1", "Song"), SongIds("b", "QZ2", "Song")])
    put(mirror, "list", THURSDAY + timedelta(weeks=1), [SongIds("a", "QZ2", "Song")])
    assert mirror.execute("select recording_key from recordings").fetchall() == [("QZ1",)]


def test_a_song_with_another_id_in_another_market_is_one_recording(mirror):
    mirror.put_weeks([("a", "R1")], [("b", "R1")], chart_id="regional-us-weekly")
    mirror.put_weeks([("x", "R2"), ("b", "R2")], chart_id="regional-global-weekly")
    mirror.put_weeks([("x", "R3"), ("c", "R9")], chart_id="regional-de-weekly")
    mirror.describe_charts()
    found = mirror.execute("select recording_key, song_count, markets from recordings order by all")
    assert found.fetchall() == [
        ("R1", 3, ["de", "global", "us"]),
        ("R9", 1, ["de"]),
    ]
    keys = mirror.execute("select distinct recording_key from movements where song_id <> 'c'")
    assert keys.fetchall() == [("R1",)]


def test_a_recording_parts_when_the_entry_that_linked_it_goes(mirror):
    mirror.put_weeks([("a", "R1")], [("a", "R2")])
    assert mirror.execute("select recording_key from recordings").fetchall() == [("R1",)]
    mirror.put_weeks(None, [("b", "R2")])
    found = mirror.execute("select recording_key, song_count from recordings order by all")
    assert found.fetchall() == [("R1", 1), ("R2", 1)]


def test_only_the_recordings_that_a_change_reaches_are_computed_anew(mirror):
    mirror.put_weeks([("a", "R1"), ("b", "R2"), ("c", "R3")])
    mirror.merge()
    mirror.put_weeks([("b", "R4")], chart_id="list")
    touched = mirror.execute("select recording_key from measured_recordings order by all")
    assert touched.fetchall() == [("R2",)]


def test_the_names_are_those_of_the_latest_entry_and_the_isrc_the_latest_known(mirror):
    for week, isrc in enumerate(["QZ1", "QZ2", None]):
        at = THURSDAY + timedelta(weeks=week)
        song = {"song_id": "a", "recording_id": isrc or "R1", "isrc": isrc, "position": 1}
        mirror.put_row("songs", "list", at, song_name=f"Name {week}", **song)
    found = mirror.execute("select recording_key, song_name, isrc from recordings")
    assert found.fetchall() == [("QZ1", "Name 2", "QZ2")]


def test_the_markets_of_a_recording_are_those_that_its_charts_have(mirror):
    names = ("37i9dQZEVXbNG2KDcFcKOF", "genre-pop-weekly", "regional-zz-weekly")
    for chart_id in (*names, "regional-gb-weekly", "viral-gb-daily"):
        mirror.put_weeks(["a"], chart_id=chart_id)
    for chart_id in names:
        mirror.put_weeks(["b"], chart_id=chart_id)
    mirror.describe_charts()
    found = mirror.execute("select recording_key, markets from recordings order by all")
    assert found.fetchall() == [("R-a", ["gb"]), ("R-b", [])]


def test_artists_and_albums_are_no_recordings(mirror):
    mirror.put_weeks([("a", "Name")], chart_id="artist-us-weekly")
    mirror.put_weeks([("a", "Name")], chart_id="album-us-weekly")
    mirror.put_weeks([("b", "R1")], chart_id="regional-us-weekly")
    assert mirror.execute("select recording_key from recordings").fetchall() == [("R1",)]
    keys = mirror.execute("select kind, recording_key from movements order by all").fetchall()
    assert keys == [("album", None), ("artist", None), ("song", "R1")]
