from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from demo.render import Playlist, Renderer, Shape, chart_csv, chart_file_name, snapshot_id
from demo.world import Album, Artist, Entry, Track, World

MOMENT = datetime(2024, 11, 1, 6, tzinfo=UTC)
SHAPES: tuple[Shape, ...] = ("item", "track")
GONE_IN_DEVELOPMENT_MODE = {"popularity", "available_markets", "followers", "label"}


@pytest.fixture(scope="module")
def world() -> World:
    return World(3)


@pytest.fixture
def entry() -> Entry:
    tailor = Artist("A" * 22, "Marlow, The Tailor", ())
    wren = Artist("B" * 22, "Ören", ("pop",))
    album = Album("C" * 22, "Half", "album", "1971", "year", 9, (tailor,), 'The "Attic", Inc.')
    track = Track("D" * 22, 'Say "No", Now\\', "USABC2400001", 1, True, album, (tailor, wren))
    return Entry(1, track, 1234567, None, 1, 1)


def test_a_chart_file_is_what_spotify_s_button_gives(entry):
    later = replace(entry, position=2, previous_position=7, peak_position=2, weeks_on_chart=3)
    assert chart_csv([entry, later]) == (
        b"\xef\xbb\xbfrank,uri,artist_names,track_name,source,"
        b"peak_rank,previous_rank,weeks_on_chart,streams\r\n"
        b'1,"spotify:track:DDDDDDDDDDDDDDDDDDDDDD","Marlow, The Tailor, \xc3\x96ren",'
        b'"Say ""No"", Now\\","The ""Attic"", Inc.",1,-1,1,"1234567"\r\n'
        b'2,"spotify:track:DDDDDDDDDDDDDDDDDDDDDD","Marlow, The Tailor, \xc3\x96ren",'
        b'"Say ""No"", Now\\","The ""Attic"", Inc.",2,7,3,"1234567"\r\n'
    )


def test_a_daily_chart_file_counts_days(entry):
    assert b",days_on_chart," in chart_csv([entry], weekly=False).splitlines()[0]


def test_a_chart_file_reads_back_as_the_chart(world):
    rows = list(csv.DictReader(chart_csv(world.chart(2)).decode("utf-8-sig").splitlines()))
    for row, entry in zip(rows, world.chart(2), strict=True):
        assert row["uri"] == f"spotify:track:{entry.track.song_id}"
        assert row["track_name"] == entry.track.name
        assert int(row["previous_rank"]) == (entry.previous_position or -1)
        assert int(row["streams"]) == entry.streams


def test_a_chart_file_is_named_after_its_thursday():
    name = chart_file_name("global", date(2024, 10, 31))
    assert name == "regional-global-weekly-2024-10-31.csv"


@pytest.mark.parametrize("shape", SHAPES)
def test_a_page_names_what_is_before_and_after_it(world, shape):
    renderer = Renderer(shape, "http://x/v1/")
    page = renderer.playlist_page("p", world.chart(0), MOMENT, offset=40, limit=50)
    assert page["href"] == "http://x/v1/playlists/p/items?offset=40&limit=50"
    assert page["next"] == "http://x/v1/playlists/p/items?offset=90&limit=50"
    assert page["previous"] == "http://x/v1/playlists/p/items?offset=0&limit=50"
    assert (page["offset"], page["limit"], page["total"]) == (40, 50, 200)
    ids = [row[shape]["id"] for row in page["items"]]
    assert ids == [entry.track.song_id for entry in world.chart(0)[40:90]]


def test_the_first_page_has_none_before_it_and_the_last_none_after(world):
    renderer = Renderer()
    entries = world.chart(0)[:60]
    assert renderer.playlist_page("p", entries, MOMENT, limit=50)["previous"] is None
    assert renderer.playlist_page("p", entries, MOMENT, offset=50, limit=50)["next"] is None
    beyond = renderer.playlist_page("p", entries, MOMENT, offset=100, limit=50)
    assert (beyond["items"], beyond["next"]) == ([], None)


def test_a_playlist_holds_its_first_page_under_the_name_of_its_shape(world):
    sizes: list[tuple[Shape, str, str, int]] = [
        ("item", "items", "tracks", 50),
        ("track", "tracks", "items", 100),
    ]
    for shape, name, other, size in sizes:
        shown = Renderer(shape).playlist_object("p", Playlist("P"), world.chart(0), MOMENT)
        assert other not in shown
        assert len(shown[name]["items"]) == size
        assert f"/playlists/p/{name}?offset={size}&" in shown[name]["next"]


def test_a_playlist_says_all_that_spotify_says_of_one(world):
    playlist = Playlist("Top", size=50, owner="wren", description="The week.")
    shown = Renderer("track").playlist_object("p", playlist, world.chart(0)[:50], MOMENT)
    assert set(shown) == {
        *("collaborative", "description", "external_urls", "followers", "href", "id", "images"),
        *("name", "owner", "primary_color", "public", "snapshot_id", "tracks", "type", "uri"),
    }
    assert (shown["name"], shown["owner"]["id"], shown["description"]) == (
        "Top",
        "wren",
        "The week.",
    )


@pytest.mark.parametrize("shape", SHAPES)
def test_a_row_says_all_that_spotify_says_of_one(world, shape):
    row = Renderer(shape).playlist_page("p", world.chart(0), MOMENT)["items"][0]
    assert set(row) == {
        *("added_at", "added_by", "is_local", "primary_color", "video_thumbnail", shape)
    }
    assert row["added_at"] == "2024-11-01T06:00:00Z"


@pytest.mark.parametrize("shape", SHAPES)
def test_a_track_says_who_sings_and_where_it_is_from(entry, shape):
    track = Renderer(shape).track_object(entry.track)
    assert track["type"] == "track" and track["uri"] == f"spotify:track:{'D' * 22}"
    assert track["external_urls"] == {"spotify": f"https://open.spotify.com/track/{'D' * 22}"}
    assert track["external_ids"] == {"isrc": "USABC2400001"}
    assert track["explicit"] is True
    assert [artist["name"] for artist in track["artists"]] == ["Marlow, The Tailor", "Ören"]
    assert track["album"]["release_date"] == "1971"
    assert track["album"]["release_date_precision"] == "year"


def test_the_newer_shape_lacks_what_was_removed(world):
    entry = world.chart(0)[0]
    for shape, expected in zip(SHAPES, (set(), GONE_IN_DEVELOPMENT_MODE), strict=True):
        renderer = Renderer(shape)
        shown = [
            renderer.track_object(entry.track),
            renderer.album_object(entry.track.album, [entry.track]),
            renderer.artist_object(entry.track.artists[0]),
        ]
        keys = {key for thing in shown for key in thing}
        assert keys & GONE_IN_DEVELOPMENT_MODE == expected
        assert "available_markets" in json.dumps(shown) or shape == "item"


def test_an_album_holds_its_tracks_and_no_genres(entry):
    album = Renderer("track").album_object(entry.track.album, [entry.track])
    assert [track["id"] for track in album["tracks"]["items"]] == ["D" * 22]
    assert "album" not in album["tracks"]["items"][0]
    assert (album["genres"], album["label"]) == ([], 'The "Attic", Inc.')


def test_an_artist_has_genres_or_an_empty_list(entry):
    tailor, wren = (Renderer().artist_object(artist) for artist in entry.track.artists)
    assert (tailor["genres"], wren["genres"]) == ([], ["pop"])


def test_a_snapshot_id_changes_with_the_songs_and_with_the_moment(world):
    one = snapshot_id("p", world.chart(0), MOMENT)
    assert one == snapshot_id("p", world.chart(0), MOMENT)
    assert one != snapshot_id("p", world.chart(1), MOMENT)
    assert one != snapshot_id("p", world.chart(0), MOMENT.replace(day=2))
    assert one != snapshot_id("q", world.chart(0), MOMENT)
