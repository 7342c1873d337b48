from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from pathlib import Path
from time import process_time

import pytest

import demo
from demo.world import Entry, Track, World

FIRST_ENTRY = ("VxjMLzHJzX1jaOZ7h26gnC", "La fenêtre en couleur", 38923466)


@pytest.fixture(scope="module")
def world() -> World:
    return World(104)


def recordings(entries: list[Entry]) -> set[str]:
    return {entry.track.isrc for entry in entries}


def tracks_of(world: World) -> list[Track]:
    return [entry.track for week in range(world.weeks) for entry in world.chart(week)]


def test_the_package_is_the_project_s_own_and_not_this_folder():
    assert Path(demo.__file__).parent == Path(__file__).parents[2] / "demo"


def test_the_same_seed_gives_the_same_world():
    one, other = World(8, seed=7), World(8, seed=7)
    assert [one.chart(week) for week in range(8)] == [other.chart(week) for week in range(8)]
    assert one.artists == other.artists


def test_another_seed_gives_another_world():
    assert recordings(World(1, seed=1).chart(0)).isdisjoint(recordings(World(1, seed=2).chart(0)))


def test_a_world_never_changes_from_one_release_to_the_next(world):
    first = world.chart(0)[0]
    assert (first.track.song_id, first.track.name, first.streams) == FIRST_ENTRY


def test_more_weeks_do_not_change_the_earlier_ones(world):
    short = World(26)
    assert [short.chart(week) for week in range(26)] == [world.chart(week) for week in range(26)]


def test_a_shorter_chart_is_the_top_of_the_longer_one(world):
    short = World(20, size=50)
    for week in range(20):
        top = [(entry.track, entry.streams) for entry in world.chart(week)[:50]]
        assert [(entry.track, entry.streams) for entry in short.chart(week)] == top


def test_weeks_outside_of_the_world_are_refused(world):
    for week in (-1, 104):
        with pytest.raises(IndexError, match=f"not {week}"):
            world.chart(week)


def test_a_world_without_weeks_or_positions_is_refused():
    for sizes in ({"weeks": 0}, {"size": 0}, {"size": 201}):
        with pytest.raises(ValueError, match="1 or more weeks"):
            World(**sizes)


def test_each_chart_is_full_and_its_streams_fall_strictly():
    for seed in (1, 2026):
        long = World(300, seed=seed)
        for week in range(long.weeks):
            entries = long.chart(week)
            streams = [entry.streams for entry in entries]
            assert [entry.position for entry in entries] == list(range(1, 201))
            assert all(above > below for above, below in pairwise(streams))
            assert 10_000_000 < streams[0] < 150_000_000
            assert streams[0] > 4 * streams[-1]


def test_a_recording_is_on_the_chart_once_at_most(world):
    assert all(len(recordings(world.chart(week))) == 200 for week in range(world.weeks))


def test_the_truth_agrees_with_the_history(world):
    history: dict[str, list[int]] = {}
    before: dict[str, int] = {}
    for week in range(world.weeks):
        for entry in world.chart(week):
            positions = history.setdefault(entry.track.isrc, [])
            positions.append(entry.position)
            assert entry.previous_position == before.get(entry.track.isrc)
            assert entry.peak_position == min(positions)
            assert entry.weeks_on_chart == len(positions)
        before = {entry.track.isrc: entry.position for entry in world.chart(week)}


def test_about_a_tenth_of_the_top_50_changes_from_week_to_week(world):
    tops = [recordings(world.chart(week)[:50]) for week in range(world.weeks)]
    new = [len(now - before) for before, now in pairwise(tops)]
    assert 0.08 < sum(new) / len(new) / 50 < 0.14


def test_the_longest_runs_in_the_top_50_last_dozens_of_weeks(world):
    weeks: dict[str, int] = {}
    for week in range(world.weeks):
        for isrc in recordings(world.chart(week)[:50]):
            weeks[isrc] = weeks.get(isrc, 0) + 1
    assert 40 < max(weeks.values()) < world.weeks
    assert sum(1 for run in weeks.values() if run == 1) > 10


def test_songs_come_back_within_the_demo_s_half_year(world):
    returned = [
        entry
        for week in range(1, 26)
        for entry in world.chart(week)
        if entry.previous_position is None and entry.weeks_on_chart > 1
    ]
    assert len(returned) > 10


def test_winter_songs_return_a_year_later(world):
    def winter(week: int) -> set[str]:
        return {e.track.isrc for e in world.chart(week)[:50] if "Midwinter" in e.track.name}

    assert winter(7) and winter(7) == winter(59)
    assert not winter(20) and not winter(45)


def test_old_songs_are_found_again_after_months(world):
    last_seen: dict[str, int] = {}
    gaps = []
    for week in range(world.weeks):
        for entry in world.chart(week):
            if entry.track.album.release_date_precision == "day":
                gaps.append(week - last_seen.get(entry.track.isrc, week))
            last_seen[entry.track.isrc] = week
    assert sum(1 for gap in gaps if gap > 12) > 5


def test_singles_go_on_as_album_tracks_under_another_id(world):
    moves = []
    for week in range(1, 26):
        before = {entry.track.isrc: entry.track for entry in world.chart(week - 1)}
        for entry in world.chart(week):
            old = before.get(entry.track.isrc)
            if old and old.song_id != entry.track.song_id:
                moves.append((old, entry))
    assert len(moves) > 5
    for old, entry in moves:
        assert (old.name, old.artists) == (entry.track.name, entry.track.artists)
        assert (old.album.album_type, entry.track.album.album_type) == ("single", "album")
        assert entry.previous_position is not None


def test_no_two_recordings_share_an_isrc_and_no_two_things_an_id(world):
    titles: dict[str, set[str]] = {}
    for track in tracks_of(world):
        titles.setdefault(track.isrc, set()).add(track.name)
        assert world.track(track.song_id) == track
        assert world.album(track.album.album_id) == track.album
        for artist in (*track.artists, *track.album.artists):
            assert world.artist(artist.artist_id) == artist
    assert all(len(names) == 1 for names in titles.values())


def test_ids_and_isrcs_look_like_spotify_s(world):
    for track in tracks_of(world):
        for identity in (track.song_id, track.album.album_id, track.artists[0].artist_id):
            assert re.fullmatch(r"[0-9A-Za-z]{22}", identity)
        assert re.fullmatch(r"[A-Z]{2}[0-9A-Z]{3}\d{7}", track.isrc)


def test_unknown_ids_are_refused(world):
    for look_up in (world.track, world.album, world.artist):
        with pytest.raises(KeyError):
            look_up("0" * 22)


def test_there_are_many_artists_and_their_names_differ(world):
    names = [artist.name for artist in world.artists]
    assert len(names) == len(set(names)) > 130
    assert "Marlow, The Tailor" in names


def test_artists_have_several_genres_or_one_or_none(world):
    counts = [len(artist.genres) for artist in world.artists]
    assert {0, 1, 2, 3} <= set(counts)
    assert counts.count(0) < len(counts) / 5


def test_half_a_year_holds_all_that_is_odd_about_music():
    tracks = tracks_of(World(26))
    names = {track.name for track in tracks}
    credits = {artist.name for track in tracks for artist in track.artists}
    shown = "".join(names | credits)
    for script in ("[À-ÿ]", "[Þþð]", "[가-힣]", "[ぁ-ヿ]", "[\u0600-\u06ff]", "🌙"):
        assert re.search(script, shown), script
    for sign in ('"', "\\", ",", "(feat. ", "(with ", "&"):
        assert any(sign in name for name in names), sign
    assert any("," in name for name in credits)
    assert {len(track.artists) for track in tracks} >= {1, 2, 3}
    assert {track.is_explicit for track in tracks} == {True, False}
    assert {track.album.album_type for track in tracks} == {"album", "single", "compilation"}


def test_release_dates_are_as_long_as_they_say_and_never_in_the_future(world):
    lengths = {"year": 4, "month": 7, "day": 10}
    seen = set()
    for week in range(world.weeks):
        for entry in world.chart(week):
            album = entry.track.album
            seen.add(album.release_date_precision)
            assert len(album.release_date) == lengths[album.release_date_precision]
            assert album.release_date <= world.week_end(week).isoformat()
    assert seen == set(lengths)


def test_albums_chart_with_several_songs_at_once(world):
    albums = [entry.track.album for entry in world.chart(25)]
    assert max(albums.count(album) for album in albums if album.album_type == "album") >= 3


def test_an_album_knows_its_tracks(world):
    for album in {track.album.album_id: track.album for track in tracks_of(world)}.values():
        assert len(world.album_tracks(album.album_id)) == album.total_tracks


def test_guests_are_credited_in_the_order_of_the_title(world):
    for track in tracks_of(world):
        match = re.search(r"\((?:feat\.|with) (.+?)\)(?: \(From .*\))?$", track.name)
        if match:
            assert match[1] == " & ".join(artist.name for artist in track.artists[1:])


def test_weeks_end_on_thursdays(world):
    assert world.week_end(0) == date(2024, 10, 31)
    assert {world.week_end(week).weekday() for week in range(104)} == {3}


def test_two_years_are_made_within_a_second():
    started = process_time()
    World(104).chart(103)
    assert process_time() - started < 1
