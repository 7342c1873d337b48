"""Resolved credits: grown by any changes, they are those of a mirror that is built at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.hand_made_mirrors import HISTORIES, THURSDAY, hand_made_mirror

CHARTS = ("regional-xx-weekly", "list")
DAYS = [THURSDAY + timedelta(days=7 * number) for number in range(6)]
PARTS = ("Ann", "Bob", "ánn", "Cleo", "The Dog", "Eve & Fay")

credits = st.lists(st.sampled_from(PARTS), min_size=1, max_size=3).map(", ".join)
artists = st.dictionaries(st.sampled_from(("1", "2", "3")), credits, max_size=2)
titles = st.sampled_from(("Song", "Song (feat. Ánn)", "Song (with Bob, Cleo & The Dog)"))
labels = st.sampled_from((None, "Some Records", "Cleo"))
snapshots = st.tuples(st.lists(st.tuples(credits, titles, labels), min_size=1, max_size=4), artists)
keys = st.tuples(st.sampled_from(CHARTS), st.sampled_from(DAYS))
# A snapshot that is put, and replaces the one before it if there is one; or removed, if None.
changes = st.dictionaries(keys, st.one_of(snapshots, st.none()), min_size=1, max_size=3)


@pytest.fixture(scope="module")
def mirrors():
    """Two mirrors: one grows, the other is built at once. Each example leaves them empty."""
    with hand_made_mirror() as grown, hand_made_mirror() as built:
        yield grown, built


def apply(mirror, changes, present):
    for key, snapshot in changes.items():
        if key in present:
            mirror.remove(*key)
            del present[key]
        if snapshot is not None:
            present[key] = snapshot
            listed, names = snapshot
            mirror.put(*key, [])
            for position, (credit, title, label) in enumerate(listed, 1):
                song = {"artist_credit": credit, "song_name": title, "label": label}
                mirror.put_row("songs", *key, position=position, **song)
            for artist_id, name in names.items():
                mirror.put_row("artists", *key, artist_id=artist_id, artist_name=name)
    mirror.merge()


def stored(mirror):
    return [
        mirror.execute(f"from {table} order by all").fetchall()
        for table in ("credits", "credit_clues")
    ]


@settings(max_examples=HISTORIES)
@given(st.dictionaries(keys, snapshots, min_size=3), st.lists(changes, min_size=1, max_size=4))
def test_grown_credits_are_those_of_a_mirror_built_at_once(mirrors, first, refreshes):
    grown, built = mirrors
    present: dict[Any, Any] = {}
    for changes in (first, *refreshes):
        apply(grown, changes, present)
    apply(built, dict(present), {})
    assert stored(grown) == stored(built)
    counted = grown.execute("select artist_credit, entries from credits order by all").fetchall()
    assert (
        counted
        == grown.execute(
            "select artist_credit, count(*) from entries group by all order by all"
        ).fetchall()
    )
    for mirror in mirrors:
        apply(mirror, dict.fromkeys(present), dict(present))
        assert not any(stored(mirror))


def test_a_refresh_resolves_only_credits_that_share_a_part_with_what_is_new(mirrors):
    mirror, _ = mirrors
    mirror.put("list", DAYS[0], [(None, None, credit) for credit in ("Ann, Bob", "Cleo, Dan")])
    mirror.execute("update credits set artist_names = ['kept']")
    mirror.put("list", DAYS[1], [(None, None, credit) for credit in ("Ann", "Cleo, Dan")])
    found = mirror.execute("select artist_credit, artist_names, entries from credits order by all")
    assert found.fetchall() == [
        ("Ann", ["Ann"], 1),
        ("Ann, Bob", ["Ann", "Bob"], 1),
        ("Cleo, Dan", ["kept"], 2),
    ]
    apply(
        mirror,
        {("list", DAYS[0]): None, ("list", DAYS[1]): None},
        {("list", DAYS[0]): None, ("list", DAYS[1]): None},
    )
