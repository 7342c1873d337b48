"""Finding artists, songs and albums by what people type."""

from __future__ import annotations

import pytest

from etl.errors import QueryError
from etl.mirror.names import (
    find_artist,
    find_artists,
    find_recording,
    find_song,
    known_by_artist,
    unresolved_songs,
)
from tests.support.hand_made_mirrors import THURSDAY, hand_made_mirror

SONGS, ALBUMS, ARTISTS = "regional-xx-weekly", "album-xx-weekly", "artist-xx-weekly"


@pytest.fixture
def mirror():
    """A week of songs, albums and artists."""
    with hand_made_mirror() as mirror:
        titles = ["Don’t Blame Me", "Ordinary", "Ordinary", "Red"]
        credits = ["Ann", "ANN", "Bob N' Roses", "Cleo, the Band"]
        mirror.put(SONGS, THURSDAY, [])
        for position, (title, credit) in enumerate(zip(titles, credits, strict=True), 1):
            mirror.put_row(
                *("songs", SONGS, THURSDAY),
                position=position,
                snapshot_date=THURSDAY,
                recording_id=f"R{position}",
                song_name=title,
                artist_credit=credit,
            )
        mirror.put(
            ALBUMS, THURSDAY, [(None, "Red", "Ann"), (None, "Blue", "Ann"), (None, "Green", "Bob")]
        )
        mirror.put(ARTISTS, THURSDAY, [(None, "Ann"), (None, "Bob N' Roses"), (None, "Zoé")])
        mirror.merge()
        yield mirror


def names_of(mirror, run_ids, chart_id):
    found = mirror.execute(
        "select entry_name from chart_runs where list_contains(?, run_id) and chart_id = ?",
        [run_ids, chart_id],
    ).fetchall()
    return sorted(name for (name,) in found)


@pytest.mark.parametrize("text", ["don't blame me", " DON’T blame ", "Don`t Blame Me · Ann"])
def test_case_blanks_and_the_form_of_an_apostrophe_do_not_count(mirror, text):
    assert names_of(mirror, find_song(mirror, text), SONGS) == ["Don’t Blame Me"]
    assert find_artist(mirror, "bob n’ roses") == ["name:bob n' roses"]


def test_an_artist_who_is_spelled_in_several_ways_is_one(mirror):
    assert find_artist(mirror, "ann") == ["name:ann"]


def test_an_artist_is_found_in_the_chart_of_artists_alone(mirror):
    keys = find_artist(mirror, "zoe")
    assert names_of(mirror, known_by_artist(mirror, "songs", keys), ARTISTS) == ["Zoé"]


def test_an_artist_has_songs_albums_and_a_place_among_artists(mirror):
    runs = known_by_artist(mirror, "songs", find_artist(mirror, "Ann"))
    assert names_of(mirror, runs, SONGS) == ["Don’t Blame Me", "Ordinary"]
    assert names_of(mirror, runs, ALBUMS) == ["Blue", "Red"]
    assert names_of(mirror, runs, ARTISTS) == ["Ann"]


def test_an_entry_of_a_chart_is_looked_for_in_that_chart(mirror):
    with pytest.raises(QueryError, match="Several songs"):
        find_song(mirror, "red")
    assert names_of(mirror, find_song(mirror, "red", chart_ids=[ALBUMS]), ALBUMS) == ["Red"]
    assert names_of(mirror, find_song(mirror, "ann", chart_ids=[ARTISTS]), ARTISTS) == ["Ann"]


def test_a_song_tells_several_artists_apart(mirror):
    with pytest.raises(QueryError, match="Several artists"):
        find_artist(mirror, "b")
    runs = known_by_artist(mirror, "songs", find_artists(mirror, "b"))
    assert names_of(mirror, find_song(mirror, "ordinary", runs), SONGS) == ["Ordinary"]


def test_recordings_are_found_as_songs_are(mirror):
    assert find_recording(mirror, "don't blame me") == ["R1"]
    keys = known_by_artist(mirror, "recordings", find_artist(mirror, "ann"))
    assert sorted(keys) == ["R1", "R2"]


def test_songs_are_counted_that_name_the_artist_in_a_credit_that_is_not_resolved(mirror):
    mirror.put("regional-yy-weekly", THURSDAY, [("s", "R9", "Ann, Zed Unknown, Yet Unknown")])
    charts = [SONGS, "regional-yy-weekly"]
    settled = mirror.execute("select bool_and(is_resolved) from credits").fetchone()
    assert settled == (False,)
    assert unresolved_songs(mirror, "ann", charts) == 1
    assert unresolved_songs(mirror, "ann", [SONGS]) == 0
    assert unresolved_songs(mirror, "bob n' roses", charts) == 0
