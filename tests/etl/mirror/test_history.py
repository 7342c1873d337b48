"""The stored history: grown by any changes, it is that of a mirror built at once, and the truth."""

from __future__ import annotations

from datetime import timedelta
from hashlib import md5
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.hand_made_mirrors import HISTORIES, THURSDAY, hand_made_mirror
from tests.support.history_truth import Period, movements

CHARTS = ("regional-xx-weekly", "list")
OTHER_CHARTS = ("album-xx-weekly", "artist-xx-weekly")
RELATIONS = (
    *("songs", "published_snapshots", "mirrored_partitions", "snapshots", "chart_periods", "gaps"),
    *("entries", "movements", "weighted_entries", "runs", "chart_runs", "rank_comparison"),
)
COLUMNS = (
    *("snapshot_at", "position", "run_id", "previous_position", "matched_by", "status"),
    *("peak_position", "periods_on_chart"),
)

DAYS = [THURSDAY + timedelta(days=5 * number) for number in range(8)]

# Most songs keep their recording; some have none, or another one, which links their runs.
usual_songs = st.integers(0, 9).map(lambda number: (f"song {number}", f"recording {number}"))
odd_songs = st.tuples(
    st.one_of(st.none(), st.integers(0, 9).map("song {}".format)),
    st.one_of(st.none(), st.integers(0, 9).map("recording {}".format)),
)
charts = st.lists(st.one_of(usual_songs, usual_songs, odd_songs), min_size=1, max_size=3)


def histories(chart_ids):
    """The first snapshots of charts, and how each of several refreshes changes them."""
    keys = st.tuples(st.sampled_from(chart_ids), st.sampled_from(DAYS))
    # A snapshot that is put, and replaces the one before it if there is one; or removed, if None.
    changes = st.dictionaries(keys, st.one_of(charts, st.none()), min_size=1, max_size=4)
    first = st.dictionaries(keys, charts, min_size=6)
    return st.tuples(first, st.lists(changes, min_size=1, max_size=4))


@pytest.fixture(scope="module")
def mirrors():
    """Two mirrors: one grows, the other is built at once. Each example leaves them empty."""
    with hand_made_mirror() as grown, hand_made_mirror() as built:
        yield grown, built


def apply(mirror, changes, snapshots):
    for (chart_id, day), songs in changes.items():
        if songs is not None:
            mirror.put(chart_id, day, songs)
            snapshots[chart_id, day] = songs
        elif (chart_id, day) in snapshots:
            mirror.remove(chart_id, day)
            del snapshots[chart_id, day]
    mirror.merge()


def contents(mirror):
    return {
        relation: mirror.execute(f"from {relation} order by all").fetchall()
        for relation in RELATIONS
    }


def periods_of(mirror, chart_id, snapshots):
    found = mirror.execute(
        "select period_number, period_end, snapshot_at from chart_periods where chart_id = ?",
        [chart_id],
    ).fetchall()
    return [Period(number, end, at, snapshots[chart_id, at.date()]) for number, end, at in found]


def grow_and_build(mirrors, history):
    """Apply a history to both mirrors, which have to agree; returns its snapshots."""
    first, refreshes = history
    grown, built = mirrors
    snapshots: dict[Any, Any] = {}
    for changes in (first, *refreshes):
        apply(grown, changes, snapshots)
    apply(built, dict(snapshots), {})
    assert contents(grown) == contents(built)
    return snapshots


def assert_true(mirror, chart_id, snapshots):
    """Assert that the movements of a chart are those that Python finds in its snapshots."""
    rows = mirror.execute(
        f"select {', '.join(COLUMNS)} from movements where chart_id = ?"
        " order by snapshot_at, position",
        [chart_id],
    ).fetchall()
    truth = movements(periods_of(mirror, chart_id, snapshots))
    assert rows == [tuple(row[column] for column in COLUMNS) for row in truth]


def empty(mirrors, snapshots):
    for mirror in mirrors:
        apply(mirror, dict.fromkeys(snapshots), dict(snapshots))
        assert not any(contents(mirror).values())


@settings(max_examples=HISTORIES)
@given(histories(CHARTS))
def test_a_grown_history_is_the_one_built_at_once_and_the_true_one(mirrors, history):
    snapshots = grow_and_build(mirrors, history)
    for chart_id in CHARTS:
        assert_true(mirrors[0], chart_id, snapshots)
    empty(mirrors, snapshots)


def digested(song):
    """An album's id, and what the mirror makes of its title."""
    album_id, title = song
    return album_id, title and md5(f"{title}\n".encode()).hexdigest()


@settings(max_examples=HISTORIES // 2)
@given(histories(OTHER_CHARTS))
def test_a_grown_history_of_artists_or_albums_is_the_one_built_at_once(mirrors, history):
    snapshots = grow_and_build(mirrors, history)
    albums = {key: [digested(song) for song in songs] for key, songs in snapshots.items()}
    assert_true(mirrors[0], "album-xx-weekly", albums)
    empty(mirrors, snapshots)
