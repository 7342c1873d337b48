"""The stored history: grown by any changes, it is that of a mirror built at once, and the truth."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.hand_made_mirrors import THURSDAY, hand_made_mirror
from tests.support.history_truth import Period, movements

CHARTS = ("regional-xx-weekly", "list")
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
keys = st.tuples(st.sampled_from(CHARTS), st.sampled_from(DAYS))
# A snapshot that is put, and replaces the one before it if there is one; or removed, if None.
changes = st.dictionaries(keys, st.one_of(charts, st.none()), min_size=1, max_size=4)


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


@settings(max_examples=25)
@given(st.dictionaries(keys, charts, min_size=6), st.lists(changes, min_size=1, max_size=4))
def test_a_grown_history_is_the_one_built_at_once_and_the_true_one(mirrors, first, refreshes):
    grown, built = mirrors
    snapshots: dict[Any, Any] = {}
    for changes in (first, *refreshes):
        apply(grown, changes, snapshots)
    apply(built, dict(snapshots), {})
    assert contents(grown) == contents(built)
    for chart_id in CHARTS:
        rows = grown.execute(
            f"select {', '.join(COLUMNS)} from movements where chart_id = ?"
            " order by snapshot_at, position",
            [chart_id],
        ).fetchall()
        truth = movements(periods_of(grown, chart_id, snapshots))
        assert rows == [tuple(row[column] for column in COLUMNS) for row in truth]
    for mirror in mirrors:
        apply(mirror, dict.fromkeys(snapshots), dict(snapshots))
        assert not any(contents(mirror).values())
