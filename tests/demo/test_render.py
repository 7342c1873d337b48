from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from demo.render import Playlist, Renderer, Shape, chart_csv, chart_file_name, snapshot_id
from demo.world import Album, Artist, Entry, Track, World

UPDATED_AT = datetime(2024, 11, 1, 6, tzinfo=UTC)
SHAPES: tuple[Shape, ...] = ("item", "track")
LEGACY_FIELDS = {"popularity", "available_markets", "followers", "label"}


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


def test_a_chart_file_has_the_bytes_that_spotify_writes(entry):
    second = replace(entry, position=2, previous_position=7, peak_position=2, weeks_on_chart=3)
    assert chart_csv([entry, second]) == (
        b"\xef\xbb\xbfrank,uri,artist_names,track_name,source,"
        b"peak_rank,previous_rank,weeks_on_chart,streams\r\n"
        b'1,"spotify:track:DDDDDDDDDDDDDDDDDDDDDD","Marlow, The Tailor, \xc3\x96ren",'
        b'"Say ""No"", Now\\","The ""Attic"", Inc.",1,-1,1,"1234567"\r\n'
        b'2,"spotify:track:DDDDDDDDDDDDDDDDDDDDDD","Marlow, The Tailor, \xc3\x96ren",'
        b'"Say ""No"", Now\\","The ""Attic"", Inc.",2,7,3,"1234567"\r\n'
    )


def test_a_daily_chart_file_has_a_column_for_days(entry):
    assert b",days_on_chart," in chart_csv([entry], weekly=False).splitlines()[0]


def test_a_chart_file_can_be_read_with_the_csv_module(world):
    rows = list(csv.DictReader(chart_csv(world.chart(2)).decode("utf-8-sig").splitlines()))
    for row, entry in zip(rows, world.chart(2), strict=True):
        assert row["uri"] == f"spotify:track:{entry.track.song_id}"
        assert row["track_name"] == entry.track.name
        assert int(row["previous_rank"]) == (entry.previous_position or -1)
        assert int(row["streams"]) == entry.streams


def test_a_chart_file_name_has_the_last_day_of_the_week():
    name = chart_file_name("global", date(2024, 10, 31))
    assert name == "regional-global-weekly-2024-10-31.csv"


@pytest.mark.parametrize("shape", SHAPES)
def test_a_page_links_to_the_next_and_the_previous_page(world, shape):
    renderer = Renderer(shape, "http://x/v1/")
    page = renderer.playlist_page("p", world.chart(0), UPDATED_AT, offset=40, limit=50)
    assert page["href"] == "http://x/v1/playlists/p/items?offset=40&limit=50"
    assert page["next"] == "http://x/v1/playlists/p/items?offset=90&limit=50"
    assert page["previous"] == "http://x/v1/playlists/p/items?offset=0&limit=50"
    assert (page["offset"], page["limit"], page["total"]) == (40, 50, 200)
    ids = [item[shape]["id"] for item in page["items"]]
    assert ids == [entry.track.song_id for entry in world.chart(0)[40:90]]


def test_the_first_page_has_no_previous_page_and_the_last_no_next(world):
    renderer = Renderer()
    entries = world.chart(0)[:60]
    assert renderer.playlist_page("p", entries, UPDATED_AT, limit=50)["previous"] is None
    assert renderer.playlist_page("p", entries, UPDATED_AT, offset=50, limit=50)["next"] is None
    past_end = renderer.playlist_page("p", entries, UPDATED_AT, offset=100, limit=50)
    assert (past_end["items"], past_end["next"]) == ([], None)


def test_a_playlist_has_its_first_page_under_the_key_of_its_shape(world):
    cases: list[tuple[Shape, str, str, int]] = [
        ("item", "items", "tracks", 50),
        ("track", "tracks", "items", 100),
    ]
    for shape, key, other_key, page_size in cases:
        playlist = Renderer(shape).playlist_object("p", Playlist("P"), world.chart(0), UPDATED_AT)
        assert other_key not in playlist
        assert len(playlist[key]["items"]) == page_size
        assert f"/playlists/p/{key}?offset={page_size}&" in playlist[key]["next"]


def test_a_playlist_has_all_fields_that_spotify_documents(world):
    playlist = Playlist("Top", size=50, owner="wren", description="The week.")
    rendered = Renderer("track").playlist_object("p", playlist, world.chart(0)[:50], UPDATED_AT)
    assert set(rendered) == {
        *("collaborative", "description", "external_urls", "followers", "href", "id", "images"),
        *("name", "owner", "primary_color", "public", "snapshot_id", "tracks", "type", "uri"),
    }
    assert rendered["name"] == "Top"
    assert rendered["owner"]["id"] == "wren"
    assert rendered["description"] == "The week."


@pytest.mark.parametrize("shape", SHAPES)
def test_a_playlist_item_has_all_fields_that_spotify_documents(world, shape):
    item = Renderer(shape).playlist_page("p", world.chart(0), UPDATED_AT)["items"][0]
    assert set(item) == {
        *("added_at", "added_by", "is_local", "primary_color", "video_thumbnail", shape)
    }
    assert item["added_at"] == "2024-11-01T06:00:00Z"


@pytest.mark.parametrize("shape", SHAPES)
def test_a_track_has_its_artists_and_its_album(entry, shape):
    track = Renderer(shape).track_object(entry.track)
    assert track["type"] == "track" and track["uri"] == f"spotify:track:{'D' * 22}"
    assert track["external_urls"] == {"spotify": f"https://open.spotify.com/track/{'D' * 22}"}
    assert track["external_ids"] == {"isrc": "USABC2400001"}
    assert track["explicit"] is True
    assert [artist["name"] for artist in track["artists"]] == ["Marlow, The Tailor", "Ören"]
    assert track["album"]["release_date"] == "1971"
    assert track["album"]["release_date_precision"] == "year"


def test_only_the_older_shape_has_the_fields_removed_in_2026(world):
    entry = world.chart(0)[0]
    for shape, expected in zip(SHAPES, (set(), LEGACY_FIELDS), strict=True):
        renderer = Renderer(shape)
        rendered = [
            renderer.track_object(entry.track),
            renderer.album_object(entry.track.album, [entry.track]),
            renderer.artist_object(entry.track.artists[0]),
        ]
        keys = {key for json_object in rendered for key in json_object}
        assert keys & LEGACY_FIELDS == expected
        assert "available_markets" in json.dumps(rendered) or shape == "item"


def test_an_album_has_its_tracks_and_no_genres(entry):
    album = Renderer("track").album_object(entry.track.album, [entry.track])
    assert [track["id"] for track in album["tracks"]["items"]] == ["D" * 22]
    assert "album" not in album["tracks"]["items"][0]
    assert (album["genres"], album["label"]) == ([], 'The "Attic", Inc.')


def test_an_artist_without_genres_has_an_empty_list(entry):
    tailor, wren = (Renderer().artist_object(artist) for artist in entry.track.artists)
    assert (tailor["genres"], wren["genres"]) == ([], ["pop"])


def test_the_snapshot_id_depends_on_the_songs_the_time_and_the_playlist(world):
    first = snapshot_id("p", world.chart(0), UPDATED_AT)
    assert first == snapshot_id("p", world.chart(0), UPDATED_AT)
    assert first != snapshot_id("p", world.chart(1), UPDATED_AT)
    assert first != snapshot_id("p", world.chart(0), UPDATED_AT.replace(day=2))
    assert first != snapshot_id("q", world.chart(0), UPDATED_AT)
