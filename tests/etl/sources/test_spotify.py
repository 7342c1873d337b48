from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.render import Shape
from demo.routes import Request, Response
from demo.web_api import Playlist, WebApi
from demo.world import World
from etl.errors import AccessDenied, ConfigurationError, ServiceUnavailable
from etl.settings import load_settings
from etl.sources.spotify.client import open_spotify
from tests.support.scripted_spotify import fetch_playlist, reply, scripted_server, settings_for

TOP = "37i9dQZEVXbNG2KDcFcKOF"
LONG = "5FN6Ego7eLX6zHuCMovIR2"
WORLD = World(6)
PLAYLISTS = {TOP: Playlist("Top Songs", description="The week."), LONG: Playlist("All", size=120)}
METADATA = reply(200, {"id": LONG, "snapshot_id": "one"})
EMPTY_PAGE = reply(200, {"items": [], "total": 0, "next": None})


class ChangingWebApi(WebApi):
    """Moves on to the next week after a page, `changes` times."""

    changes = 0

    def answer(self, request: Request) -> Response:
        response = super().answer(request)
        if self.changes and request.path.endswith("/items"):
            self.changes -= 1
            self.week += 1
        return response


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("SPOTIPY_CLIENT_ID", "SPOTIPY_CLIENT_SECRET"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture(params=["item", "track"])
def shape(request) -> Shape:
    shape: Shape = request.param
    return shape


@pytest.fixture
def web_api(shape: Shape) -> Iterator[ChangingWebApi]:
    with ChangingWebApi(WORLD, PLAYLISTS, shape=shape) as server:
        yield server


@pytest.mark.parametrize(("chart_id", "sizes"), [(TOP, [50]), (LONG, [50, 50, 20])])
def test_every_page_is_read_unchanged(web_api, shape, chart_id, sizes):
    playlist = fetch_playlist(web_api.accounts_url, chart_id)
    rows = [row for page in playlist.pages for row in page["items"]]
    expected = [entry.track.song_id for entry in WORLD.chart(0)[: sum(sizes)]]
    assert [row[shape]["id"] for row in rows] == expected
    assert [len(page["items"]) for page in playlist.pages] == sizes
    assert {page["total"] for page in playlist.pages} == {sum(sizes)}
    assert set(playlist.pages[0]) == {
        *("href", "items", "limit", "next", "offset", "previous", "total"),
    }


def test_the_metadata_excludes_contents_and_images(web_api):
    metadata = fetch_playlist(web_api.accounts_url, TOP).metadata
    assert set(metadata) == {
        *("collaborative", "description", "external_urls", "followers", "href", "id", "name"),
        *("owner", "primary_color", "public", "snapshot_id", "type", "uri"),
    }
    assert (metadata["id"], metadata["description"]) == (TOP, "The week.")


def test_a_client_reads_many_playlists_with_one_token(web_api):
    with open_spotify(settings_for(web_api.accounts_url)) as spotify:
        spotify.playlist(TOP)
        spotify.playlist(LONG)
    assert web_api.requests.count(("POST", "/api/token")) == 1
    assert len(web_api.requests) == 1 + (1 + 1 + 1) + (1 + 3 + 1)


def test_opening_a_client_sends_no_request(web_api):
    open_spotify(settings_for(web_api.accounts_url)).close()
    assert web_api.requests == []


def test_a_client_that_is_not_closed_leaks_no_connection(web_api):
    open_spotify(settings_for(web_api.accounts_url)).playlist(TOP)


def test_app_tokens_are_not_written_to_disk(web_api, empty_folder):
    fetch_playlist(web_api.accounts_url, TOP)
    assert list(empty_folder.iterdir()) == []


def test_the_error_about_spotifys_own_charts_says_what_to_do(web_api):
    chart_id = "37i9dQZEVXbMDoHDwVN2tF"
    with pytest.raises(AccessDenied) as raised:
        fetch_playlist(web_api.accounts_url, chart_id)
    for text in (chart_id, "2024-11-27", "chartlake land FILE", "nothing was landed"):
        assert text in str(raised.value)


def test_a_playlist_that_does_not_exist_is_access_denied(web_api):
    with pytest.raises(AccessDenied, match="no such playlist, or it is private"):
        fetch_playlist(web_api.accounts_url, "0" * 22)


def test_an_invalid_playlist_id_is_access_denied(web_api):
    with pytest.raises(AccessDenied, match="no such playlist"):
        fetch_playlist(web_api.accounts_url, "no-id")


def test_a_wrong_secret_is_a_configuration_error(web_api):
    with pytest.raises(ConfigurationError, match="SPOTIPY_CLIENT_SECRET"):
        fetch_playlist(web_api.accounts_url, TOP, secret="wrong")


def test_the_error_lists_all_missing_credentials():
    with pytest.raises(
        ConfigurationError, match="CLIENT_ID is not set and SPOTIPY_CLIENT_SECRET is"
    ):
        open_spotify(load_settings())


def test_a_secret_that_is_not_ascii_is_a_configuration_error():
    with pytest.raises(
        ConfigurationError, match="SPOTIPY_CLIENT_SECRET is not plain ASCII"
    ) as raised:
        open_spotify(settings_for("http://127.0.0.1:9/", secret="geheimnißvoll"))
    assert "ß" not in str(raised.value)


def test_an_unreachable_server_is_a_transient_error():
    with pytest.raises(ServiceUnavailable, match="Check the network"):
        fetch_playlist("http://127.0.0.1:9/", TOP)


def test_a_playlist_without_contents_is_read_page_by_page():
    with scripted_server(METADATA, EMPTY_PAGE, METADATA) as (url, requested):
        playlist = fetch_playlist(url, LONG)
    assert playlist.metadata == {"id": LONG, "snapshot_id": "one"}
    assert len(playlist.pages) == 1
    assert [path.split("?")[0].rsplit("/", 1)[1] for path in requested] == [LONG, "items", LONG]


def test_a_link_to_another_host_is_not_followed():
    first_page = reply(200, {"items": [1], "total": 2, "next": "http://127.0.0.1:9/?offset=1"})
    last_page = reply(200, {"items": [2], "total": 2, "next": None})
    with scripted_server(METADATA, first_page, last_page, METADATA) as (url, requested):
        assert [page["items"] for page in fetch_playlist(url, LONG).pages] == [[1], [2]]
    assert "offset=1&" in requested[2]


def test_a_playlist_edited_between_pages_is_read_again(web_api, shape):
    web_api.changes = 2
    playlist = fetch_playlist(web_api.accounts_url, LONG)
    song_ids = [row[shape]["id"] for page in playlist.pages for row in page["items"]]
    assert song_ids == [entry.track.song_id for entry in WORLD.chart(2)[:120]]


def test_a_playlist_that_is_edited_all_the_time_is_a_transient_error(web_api):
    web_api.changes = 5
    with pytest.raises(ServiceUnavailable, match="was edited while it was read, 3 times"):
        fetch_playlist(web_api.accounts_url, TOP)


def test_a_playlist_with_missing_entries_is_read_again():
    short_page = reply(200, {"items": [], "total": 1, "next": None})
    with scripted_server(METADATA, short_page, METADATA, EMPTY_PAGE, METADATA) as (url, requested):
        assert fetch_playlist(url, LONG).pages[0]["total"] == 0
    assert len(requested) == 5


def test_a_playlist_without_a_snapshot_id_is_read_once():
    with scripted_server(reply(200, {"id": LONG}), EMPTY_PAGE, reply(200, {})) as (url, _):
        assert fetch_playlist(url, LONG).metadata == {"id": LONG}
