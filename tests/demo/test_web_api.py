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


class Visitor(requests.Session):
    """A client with a token, whose addresses are below the stand-in's."""

    def __init__(self, web_api: WebApi) -> None:
        super().__init__()
        self.trust_env = False
        self.web_api = web_api

    def log_in(self, secret: str = CLIENT_SECRET, grant: str = "client_credentials"):
        url = f"{self.web_api.accounts_url}api/token"
        response = self.post(url, data={"grant_type": grant}, auth=(CLIENT_ID, secret), timeout=5)
        token = response.json().get("access_token", "none")
        self.headers["Authorization"] = f"Bearer {token}"
        return response

    def see(self, path: str, **query):
        url = path if path.startswith("http") else f"{self.web_api.api_url}{path}"
        return self.get(url, params=query, timeout=5)


@pytest.fixture(params=["item", "track"])
def shape(request) -> Shape:
    shape: Shape = request.param
    return shape


@pytest.fixture
def web_api(shape) -> Iterator[WebApi]:
    with WebApi(WORLD, PLAYLISTS, shape=shape) as running:
        yield running


@pytest.fixture
def visitor(web_api) -> Iterator[Visitor]:
    with Visitor(web_api) as session:
        session.log_in()
        yield session


def test_a_token_lasts_an_hour(visitor):
    token = visitor.log_in().json()
    assert (token["expires_in"], token["token_type"]) == (3600, "Bearer")


def test_a_wrong_secret_gets_no_token(visitor):
    response = visitor.log_in(secret="wrong")
    assert response.status_code == 400
    assert response.json()["error"] == "invalid_client"


def test_another_kind_of_grant_gets_no_token(visitor):
    response = visitor.log_in(grant="password")
    assert (response.status_code, response.json()["error"]) == (400, "unsupported_grant_type")


def test_nothing_is_shown_without_a_token(visitor):
    for headers in ({"Authorization": "Bearer invented"}, {"Authorization": ""}):
        visitor.headers.update(headers)
        response = visitor.see(f"playlists/{TOP}")
        assert response.status_code == 401
        assert response.json() == {"error": {"status": 401, "message": "Invalid access token"}}


def test_a_playlist_shows_this_week_s_chart(visitor, web_api, shape):
    shown = visitor.see(f"playlists/{TOP}").json()
    rows = shown[f"{shape}s"]["items"]
    assert [row[shape]["id"] for row in rows] == [e.track.song_id for e in WORLD.chart(0)[:50]]


def test_another_week_shows_another_chart_under_another_snapshot_id(visitor, web_api, shape):
    before = visitor.see(f"playlists/{TOP}").json()
    assert visitor.see(f"playlists/{TOP}").json() == before
    web_api.week = 2
    after = visitor.see(f"playlists/{TOP}").json()
    assert after["snapshot_id"] != before["snapshot_id"]
    first = after[f"{shape}s"]["items"][0]
    assert first[shape]["id"] == WORLD.chart(2)[0].track.song_id
    assert first["added_at"] == "2024-11-15T06:00:00Z"


def test_a_week_outside_of_the_world_is_refused(web_api):
    with pytest.raises(IndexError):
        web_api.week = 3
    assert web_api.week == 0


def test_fields_limit_what_is_shown_of_a_playlist(visitor):
    assert set(visitor.see(f"playlists/{TOP}", fields="snapshot_id,name").json()) == {
        *("snapshot_id", "name"),
    }


def test_pages_lead_to_the_end_and_back(visitor, shape):
    pages = [visitor.see(f"playlists/{LONG}/items", limit=50).json()]
    while pages[-1]["next"]:
        pages.append(visitor.see(pages[-1]["next"]).json())
    ids = [row[shape]["id"] for page in pages for row in page["items"]]
    assert ids == [entry.track.song_id for entry in WORLD.chart(0)[:120]]
    assert [page["total"] for page in pages] == [120] * 3
    assert visitor.see(pages[-1]["previous"]).json() == pages[-2]


def test_a_page_has_20_entries_in_the_newer_shape_and_100_in_the_older(visitor, shape):
    page = visitor.see(f"playlists/{LONG}/items").json()
    assert len(page["items"]) == page["limit"] == (20 if shape == "item" else 100)


@pytest.mark.parametrize("limit", ["0", "-1", "many", "", "101"])
def test_an_invalid_limit_is_refused(visitor, limit):
    response = visitor.see(f"playlists/{TOP}/items", limit=limit)
    assert response.status_code == 400
    assert response.json() == {"error": {"status": 400, "message": "Invalid limit"}}


def test_the_newer_shape_allows_50_entries_a_page_and_the_older_100(visitor, shape):
    response = visitor.see(f"playlists/{TOP}/items", limit=51)
    assert response.status_code == (400 if shape == "item" else 200)


def test_an_invalid_offset_is_refused(visitor):
    assert visitor.see(f"playlists/{TOP}/items", offset=-1).status_code == 400


def test_an_offset_beyond_the_end_is_an_empty_page(visitor):
    page = visitor.see(f"playlists/{TOP}/items", offset=900, limit=50).json()
    assert (page["items"], page["next"], page["total"]) == ([], None, 50)


def test_the_older_endpoint_is_for_the_older_shape_alone(visitor, shape):
    response = visitor.see(f"playlists/{TOP}/tracks")
    assert response.status_code == (403 if shape == "item" else 200)
    if shape == "track":
        assert "/tracks?" in response.json()["href"]


@pytest.mark.parametrize("kind", ["playlists", "tracks", "albums", "artists"])
def test_what_does_not_exist_is_not_found(visitor, kind):
    response = visitor.see(f"{kind}/{'0' * 22}")
    assert response.status_code == 404
    assert response.json() == {"error": {"status": 404, "message": "Resource not found"}}


def test_the_contents_of_no_playlist_are_not_found(visitor):
    assert visitor.see(f"playlists/{'0' * 22}/items").status_code == 404


def test_an_unknown_address_is_not_found(visitor, web_api):
    assert visitor.see("weather").status_code == 404
    assert visitor.post(f"{web_api.api_url}playlists/{TOP}", timeout=5).status_code == 404


def test_whatever_a_playlist_names_can_be_looked_up(visitor, shape):
    row = visitor.see(f"playlists/{TOP}").json()[f"{shape}s"]["items"][0]
    track = row[shape]
    assert visitor.see(track["href"]).json() == track
    album = visitor.see(track["album"]["href"]).json()
    assert track["id"] in [one["id"] for one in album["tracks"]["items"]]
    artist = visitor.see(track["artists"][0]["href"]).json()
    assert artist["name"] == track["artists"][0]["name"]


def test_responses_are_utf_8_and_say_their_length(visitor):
    response = visitor.see(f"playlists/{LONG}/items", limit=50)
    assert response.headers["Content-Type"] == "application/json; charset=utf-8"
    assert int(response.headers["Content-Length"]) == len(response.content)
    assert any(letter > "\x7f" for letter in response.content.decode())


def test_requests_are_remembered_without_their_query(visitor, web_api):
    visitor.see(f"playlists/{TOP}/items", limit=5)
    assert web_api.requests == [
        ("POST", "/api/token"),
        ("GET", f"/v1/playlists/{TOP}/items"),
    ]


def test_one_connection_serves_many_requests(visitor, web_api):
    headers = {"Authorization": visitor.headers["Authorization"]}
    with closing(HTTPConnection(urlsplit(web_api.api_url).netloc)) as connection:
        sockets = set()
        for _ in range(3):
            connection.request("GET", f"/v1/playlists/{TOP}", headers=headers)
            assert len(connection.getresponse().read()) > 1000
            sockets.add(connection.sock)
    assert len(sockets) == 1 and None not in sockets


def test_many_clients_are_served_at_once(visitor, web_api):
    with ThreadPoolExecutor(8) as clients:
        answers = list(
            clients.map(lambda _: visitor.see(f"playlists/{LONG}").status_code, range(40))
        )
    assert answers == [200] * 40


def test_it_stops_at_once_and_leaves_nothing_behind():
    before = set(threading.enumerate())
    running = WebApi(WORLD, PLAYLISTS)
    port = urlsplit(running.api_url).port or 0
    with Visitor(running) as session, socket.create_connection(("127.0.0.1", port)) as idle:
        with running:
            session.log_in()
        assert set(threading.enumerate()) == before
        assert idle.recv(1) == b""
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port))


def test_it_can_be_given_a_port():
    with WebApi(WORLD, PLAYLISTS) as first:
        port = urlsplit(first.api_url).port or 0
    with WebApi(WORLD, PLAYLISTS, port=port) as second:
        assert second.api_url == f"http://127.0.0.1:{port}/v1/"
