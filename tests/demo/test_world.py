from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

import demo
from demo.world import Entry, Track, World

FIRST_ENTRY = ("VxjMLzHJzX1jaOZ7h26gnC", "La fenêtre en couleur", 38923466)


@pytest.fixture(scope="module")
def world() -> World:
    return World(104)


def isrcs(entries: list[Entry]) -> set[str]:
    return {entry.track.isrc for entry in entries}


def charted_tracks(world: World) -> list[Track]:
    return [entry.track for week in range(world.weeks) for entry in world.chart(week)]


def test_the_demo_package_is_not_this_folder():
    assert Path(demo.__file__).parent == Path(__file__).parents[2] / "demo"


def test_the_same_seed_gives_the_same_world():
    first, second = World(8, seed=7), World(8, seed=7)
    assert [first.chart(week) for week in range(8)] == [second.chart(week) for week in range(8)]
    assert first.artists == second.artists


def test_another_seed_gives_another_world():
    assert isrcs(World(1, seed=1).chart(0)).isdisjoint(isrcs(World(1, seed=2).chart(0)))


def test_the_world_does_not_change_between_releases(world):
    first = world.chart(0)[0]
    assert (first.track.song_id, first.track.name, first.streams) == FIRST_ENTRY


def test_more_weeks_do_not_change_the_earlier_weeks(world):
    short = World(26)
    assert [short.chart(week) for week in range(26)] == [world.chart(week) for week in range(26)]


def test_a_shorter_chart_is_the_top_of_the_longer_one(world):
    short = World(20, size=50)
    for week in range(20):
        top = [(entry.track, entry.streams) for entry in world.chart(week)[:50]]
        assert [(entry.track, entry.streams) for entry in short.chart(week)] == top


def test_weeks_out_of_range_raise_index_error(world):
    for week in (-1, 104):
        with pytest.raises(IndexError, match=f"Week {week} is out of range"):
            world.chart(week)


def test_a_world_without_weeks_or_positions_raises_value_error():
    for sizes in ({"weeks": 0}, {"size": 0}, {"size": 201}):
        with pytest.raises(ValueError, match="at least 1 week"):
            World(**sizes)


@pytest.mark.slow
def test_each_chart_is_full_and_streams_strictly_decrease():
    for seed in (1, 2026):
        long_world = World(300, seed=seed)
        for week in range(long_world.weeks):
            entries = long_world.chart(week)
            streams = [entry.streams for entry in entries]
            assert [entry.position for entry in entries] == list(range(1, 201))
            assert all(higher > lower for higher, lower in pairwise(streams))
            assert 10_000_000 < streams[0] < 150_000_000
            assert streams[0] > 4 * streams[-1]


def test_a_recording_is_at_most_once_on_a_chart(world):
    assert all(len(isrcs(world.chart(week))) == 200 for week in range(world.weeks))


def test_entries_agree_with_the_charts_before_them(world):
    history: dict[str, list[int]] = {}
    previous_positions: dict[str, int] = {}
    for week in range(world.weeks):
        for entry in world.chart(week):
            positions = history.setdefault(entry.track.isrc, [])
            positions.append(entry.position)
            assert entry.previous_position == previous_positions.get(entry.track.isrc)
            assert entry.peak_position == min(positions)
            assert entry.weeks_on_chart == len(positions)
        previous_positions = {entry.track.isrc: entry.position for entry in world.chart(week)}


def test_about_a_tenth_of_the_top_50_changes_from_week_to_week(world):
    weekly_isrcs = [isrcs(world.chart(week)[:50]) for week in range(world.weeks)]
    new_songs = [len(current - previous) for previous, current in pairwise(weekly_isrcs)]
    assert 0.08 < sum(new_songs) / len(new_songs) / 50 < 0.14


def test_the_longest_runs_in_the_top_50_last_dozens_of_weeks(world):
    weeks_in_top_50: dict[str, int] = {}
    for week in range(world.weeks):
        for isrc in isrcs(world.chart(week)[:50]):
            weeks_in_top_50[isrc] = weeks_in_top_50.get(isrc, 0) + 1
    assert 40 < max(weeks_in_top_50.values()) < world.weeks
    assert sum(1 for weeks in weeks_in_top_50.values() if weeks == 1) > 10


def test_songs_return_to_the_chart_within_half_a_year(world):
    re_entries = [
        entry
        for week in range(1, 26)
        for entry in world.chart(week)
        if entry.previous_position is None and entry.weeks_on_chart > 1
    ]
    assert len(re_entries) > 10


def test_winter_songs_return_a_year_later(world):
    def winter_isrcs(week: int) -> set[str]:
        top_50 = world.chart(week)[:50]
        return {entry.track.isrc for entry in top_50 if "Midwinter" in entry.track.name}

    assert winter_isrcs(7) and winter_isrcs(7) == winter_isrcs(59)
    assert not winter_isrcs(20) and not winter_isrcs(45)


def test_some_songs_return_after_months(world):
    last_seen: dict[str, int] = {}
    gaps = []
    for week in range(world.weeks):
        for entry in world.chart(week):
            if entry.track.album.release_date_precision == "day":
                gaps.append(week - last_seen.get(entry.track.isrc, week))
            last_seen[entry.track.isrc] = week
    assert sum(1 for gap in gaps if gap > 12) > 5


def test_singles_continue_as_album_tracks_with_another_id(world):
    changes = []
    for week in range(1, 26):
        previous_tracks = {entry.track.isrc: entry.track for entry in world.chart(week - 1)}
        for entry in world.chart(week):
            single = previous_tracks.get(entry.track.isrc)
            if single and single.song_id != entry.track.song_id:
                changes.append((single, entry))
    assert len(changes) > 5
    for single, entry in changes:
        assert (single.name, single.artists) == (entry.track.name, entry.track.artists)
        assert (single.album.album_type, entry.track.album.album_type) == ("single", "album")
        assert entry.previous_position is not None


def test_isrcs_and_ids_are_unique(world):
    names_by_isrc: dict[str, set[str]] = {}
    for track in charted_tracks(world):
        names_by_isrc.setdefault(track.isrc, set()).add(track.name)
        assert world.track(track.song_id) == track
        assert world.album(track.album.album_id) == track.album
        for artist in (*track.artists, *track.album.artists):
            assert world.artist(artist.artist_id) == artist
    assert all(len(names) == 1 for names in names_by_isrc.values())


@pytest.mark.slow
def test_no_two_songs_share_title_and_credit_in_ten_years():
    isrcs_by_names: dict[tuple[str, tuple[str, ...]], set[str]] = {}
    for track in charted_tracks(World(520, size=50)):
        names = (track.name.casefold(), tuple(artist.name for artist in track.artists))
        isrcs_by_names.setdefault(names, set()).add(track.isrc)
    assert [names for names, isrcs in isrcs_by_names.items() if len(isrcs) > 1] == []


def test_ids_and_isrcs_have_the_format_of_real_ones(world):
    for track in charted_tracks(world):
        for spotify_id in (track.song_id, track.album.album_id, track.artists[0].artist_id):
            assert re.fullmatch(r"[0-9A-Za-z]{22}", spotify_id)
        assert re.fullmatch(r"[A-Z]{2}[0-9A-Z]{3}\d{7}", track.isrc)


def test_unknown_ids_raise_key_error(world):
    for look_up in (world.track, world.album, world.artist):
        with pytest.raises(KeyError):
            look_up("0" * 22)


def test_there_are_many_artists_with_unique_names(world):
    names = [artist.name for artist in world.artists]
    assert len(names) == len(set(names)) > 130
    assert "Marlow, The Tailor" in names


def test_artists_have_up_to_three_genres_and_some_have_none(world):
    counts = [len(artist.genres) for artist in world.artists]
    assert {0, 1, 2, 3} <= set(counts)
    assert counts.count(0) < len(counts) / 5


def test_half_a_year_has_every_kind_of_awkward_name_and_album():
    tracks = charted_tracks(World(26))
    names = {track.name for track in tracks}
    artist_names = {artist.name for track in tracks for artist in track.artists}
    all_text = "".join(names | artist_names)
    for script in ("[À-ÿ]", "[Þþð]", "[가-힣]", "[ぁ-ヿ]", "[\u0600-\u06ff]", "🌙"):
        assert re.search(script, all_text), script
    for characters in ('"', "\\", ",", "(feat. ", "(with ", "&"):
        assert any(characters in name for name in names), characters
    assert any("," in name for name in artist_names)
    assert {len(track.artists) for track in tracks} >= {1, 2, 3}
    assert {track.is_explicit for track in tracks} == {True, False}
    assert {track.album.album_type for track in tracks} == {"album", "single", "compilation"}


def test_release_dates_match_their_precision_and_are_never_in_the_future(world):
    lengths = {"year": 4, "month": 7, "day": 10}
    precisions = set()
    for week in range(world.weeks):
        for entry in world.chart(week):
            album = entry.track.album
            precisions.add(album.release_date_precision)
            assert len(album.release_date) == lengths[album.release_date_precision]
            assert album.release_date <= world.week_end(week).isoformat()
    assert precisions == set(lengths)


def test_some_albums_have_several_songs_on_one_chart(world):
    albums = [entry.track.album for entry in world.chart(25)]
    assert max(albums.count(album) for album in albums if album.album_type == "album") >= 3


def test_no_artist_has_two_albums_of_one_title(world):
    # In an album chart, title and credit make them the same album.
    albums = {track.album for track in charted_tracks(world) if track.album.album_type != "single"}
    named = {(album.name.lower(), album.artists) for album in albums}
    assert len(named) == len({album.album_id for album in albums})


def test_an_album_has_as_many_tracks_as_it_states(world):
    albums = {track.album.album_id: track.album for track in charted_tracks(world)}
    for album in albums.values():
        assert len(world.album_tracks(album.album_id)) == album.total_tracks


def test_guests_are_credited_in_the_order_of_the_title(world):
    for track in charted_tracks(world):
        match = re.search(r"\((?:feat\.|with) (.+?)\)(?: \(From .*\))?$", track.name)
        if match:
            assert match[1] == " & ".join(artist.name for artist in track.artists[1:])


def test_weeks_end_on_thursdays(world):
    assert world.week_end(0) == date(2024, 10, 31)
    assert {world.week_end(week).weekday() for week in range(104)} == {3}
