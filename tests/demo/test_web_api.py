from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
import requests

from demo.render import Shape
from demo.web_api import CLIENT_ID, CLIENT_SECRET, Playlist, WebApi
from demo.world import World

TOP = "37i9dQZEVXbNG2KDcFcKOF"
LONG = "5FN6Ego7eLX6zHuCMovIR2"
WORLD = World(3)
PLAYLISTS = {TOP: Playlist("Top Songs"), LONG: Playlist("All Songs", size=120)}
# Seconds until a request that hangs fails the test.
TIMEOUT = 60


class Client(requests.Session):
    """A client of the stand-in. `log_in` gets a token, `fetch` takes a path or a URL."""

    def __init__(self, web_api: WebApi) -> None:
        super().__init__()
        self.trust_env = False
        self.web_api = web_api

    def log_in(self, secret: str = CLIENT_SECRET, grant: str = "client_credentials"):
        response = self.post(
            f"{self.web_api.accounts_url}api/token",
            data={"grant_type": grant},
            auth=(CLIENT_ID, secret),
            timeout=TIMEOUT,
        )
        token = response.json().get("access_token", "none")
        self.headers["Authorization"] = f"Bearer {token}"
        return response

    def fetch(self, path: str, **query):
        url = path if path.startswith("http") else f"{self.web_api.api_url}{path}"
        return self.get(url, params=query, timeout=TIMEOUT)


@pytest.fixture(params=["item", "track"])
def shape(request) -> Shape:
    shape: Shape = request.param
    return shape


@pytest.fixture
def web_api(shape) -> Iterator[WebApi]:
    with WebApi(WORLD, PLAYLISTS, shape=shape) as web_api:
        yield web_api


@pytest.fixture
def client(web_api) -> Iterator[Client]:
    with Client(web_api) as client:
        client.log_in()
        yield client


def test_a_token_is_valid_for_an_hour(client):
    token = client.log_in().json()
    assert (token["expires_in"], token["token_type"]) == (3600, "Bearer")


def test_a_wrong_secret_is_rejected(client):
    response = client.log_in(secret="wrong")
    assert response.status_code == 400
    assert response.json()["error"] == "invalid_client"


def test_an_unsupported_grant_type_is_rejected(client):
    response = client.log_in(grant="password")
    assert (response.status_code, response.json()["error"]) == (400, "unsupported_grant_type")


def test_requests_without_a_valid_token_are_rejected(client):
    for headers in ({"Authorization": "Bearer invented"}, {"Authorization": ""}):
        client.headers.update(headers)
        response = client.fetch(f"playlists/{TOP}")
        assert response.status_code == 401
        assert response.json() == {"error": {"status": 401, "message": "Invalid access token"}}


def test_a_playlist_has_the_chart_of_the_current_week(client, web_api, shape):
    playlist = client.fetch(f"playlists/{TOP}").json()
    song_ids = [item[shape]["id"] for item in playlist[f"{shape}s"]["items"]]
    assert song_ids == [entry.track.song_id for entry in WORLD.chart(0)[:50]]


def test_another_week_has_another_chart_and_another_snapshot_id(client, web_api, shape):
    before = client.fetch(f"playlists/{TOP}").json()
    assert client.fetch(f"playlists/{TOP}").json() == before
    web_api.week = 2
    after = client.fetch(f"playlists/{TOP}").json()
    assert after["snapshot_id"] != before["snapshot_id"]
    first = after[f"{shape}s"]["items"][0]
    assert first[shape]["id"] == WORLD.chart(2)[0].track.song_id
    assert first["added_at"] == "2024-11-15T06:00:00Z"


def test_a_week_out_of_range_raises_index_error(web_api):
    with pytest.raises(IndexError):
        web_api.week = 3
    assert web_api.week == 0


def test_the_fields_parameter_selects_fields_of_a_playlist(client):
    assert set(client.fetch(f"playlists/{TOP}", fields="snapshot_id,name").json()) == {
        *("snapshot_id", "name"),
    }


def test_pages_can_be_followed_to_the_end_and_back(client, shape):
    pages = [client.fetch(f"playlists/{LONG}/items", limit=50).json()]
    while pages[-1]["next"]:
        pages.append(client.fetch(pages[-1]["next"]).json())
    ids = [item[shape]["id"] for page in pages for item in page["items"]]
    assert ids == [entry.track.song_id for entry in WORLD.chart(0)[:120]]
    assert [page["total"] for page in pages] == [120] * 3
    assert client.fetch(pages[-1]["previous"]).json() == pages[-2]


def test_the_default_page_size_is_20_in_the_newer_shape_and_100_in_the_older(client, shape):
    page = client.fetch(f"playlists/{LONG}/items").json()
    assert len(page["items"]) == page["limit"] == (20 if shape == "item" else 100)


@pytest.mark.parametrize("limit", ["0", "-1", "many", "", "101"])
def test_an_invalid_limit_is_rejected(client, limit):
    response = client.fetch(f"playlists/{TOP}/items", limit=limit)
    assert response.status_code == 400
    assert response.json() == {"error": {"status": 400, "message": "Invalid limit"}}


def test_the_maximum_page_size_is_50_in_the_newer_shape_and_100_in_the_older(client, shape):
    response = client.fetch(f"playlists/{TOP}/items", limit=51)
    assert response.status_code == (400 if shape == "item" else 200)


def test_an_invalid_offset_is_rejected(client):
    assert client.fetch(f"playlists/{TOP}/items", offset=-1).status_code == 400


def test_an_offset_past_the_end_gives_an_empty_page(client):
    page = client.fetch(f"playlists/{TOP}/items", offset=900, limit=50).json()
    assert (page["items"], page["next"], page["total"]) == ([], None, 50)


def test_the_older_endpoint_works_only_with_the_older_shape(client, shape):
    response = client.fetch(f"playlists/{TOP}/tracks")
    assert response.status_code == (403 if shape == "item" else 200)
    if shape == "track":
        assert "/tracks?" in response.json()["href"]


@pytest.mark.parametrize("kind", ["playlists", "tracks", "albums", "artists"])
def test_unknown_ids_are_not_found(client, kind):
    response = client.fetch(f"{kind}/{'0' * 22}")
    assert response.status_code == 404
    assert response.json() == {"error": {"status": 404, "message": "Resource not found"}}


def test_the_items_of_an_unknown_playlist_are_not_found(client):
    assert client.fetch(f"playlists/{'0' * 22}/items").status_code == 404


def test_unknown_endpoints_and_methods_are_not_found(client, web_api):
    assert client.fetch("weather").status_code == 404
    assert client.post(f"{web_api.api_url}playlists/{TOP}", timeout=TIMEOUT).status_code == 404


def test_links_in_a_playlist_lead_to_its_tracks_albums_and_artists(client, shape):
    playlist = client.fetch(f"playlists/{TOP}").json()
    track = playlist[f"{shape}s"]["items"][0][shape]
    assert client.fetch(track["href"]).json() == track
    album = client.fetch(track["album"]["href"]).json()
    assert track["id"] in [album_track["id"] for album_track in album["tracks"]["items"]]
    artist = client.fetch(track["artists"][0]["href"]).json()
    assert artist["name"] == track["artists"][0]["name"]


def test_responses_are_utf_8_and_have_a_content_length(client):
    response = client.fetch(f"playlists/{LONG}/items", limit=50)
    assert response.headers["Content-Type"] == "application/json; charset=utf-8"
    assert int(response.headers["Content-Length"]) == len(response.content)
    assert any(character > "\x7f" for character in response.content.decode())


def test_requests_are_recorded_without_their_query(client, web_api):
    client.fetch(f"playlists/{TOP}/items", limit=5)
    assert web_api.requests == [
        ("POST", "/api/token"),
        ("GET", f"/v1/playlists/{TOP}/items"),
    ]


def test_a_connection_can_be_used_for_several_requests(client, web_api):
    headers = {"Authorization": client.headers["Authorization"]}
    with closing(HTTPConnection(urlsplit(web_api.api_url).netloc)) as connection:
        sockets = set()
        for _ in range(3):
            connection.request("GET", f"/v1/playlists/{TOP}", headers=headers)
            assert len(connection.getresponse().read()) > 1000
            sockets.add(connection.sock)
    assert len(sockets) == 1 and None not in sockets


def test_concurrent_requests_are_served(client, web_api):
    with ThreadPoolExecutor(8) as threads:
        responses = list(threads.map(client.fetch, [f"playlists/{LONG}"] * 40))
    assert [response.status_code for response in responses] == [200] * 40


def test_stopping_closes_idle_connections_and_ends_all_threads():
    before = set(threading.enumerate())
    web_api = WebApi(WORLD, PLAYLISTS)
    port = urlsplit(web_api.api_url).port or 0
    with Client(web_api) as client, socket.create_connection(("127.0.0.1", port)) as idle:
        with web_api:
            client.log_in()
        assert set(threading.enumerate()) == before
        assert idle.recv(1) == b""
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port))


def test_the_port_can_be_chosen():
    with WebApi(WORLD, PLAYLISTS) as first:
        port = urlsplit(first.api_url).port or 0
    with WebApi(WORLD, PLAYLISTS, port=port) as second:
        assert second.api_url == f"http://127.0.0.1:{port}/v1/"
