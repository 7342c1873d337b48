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
from tests.support.scripted_spotify import answer, scripted, settings_for, take

TOP = "37i9dQZEVXbNG2KDcFcKOF"
LONG = "5FN6Ego7eLX6zHuCMovIR2"
WORLD = World(6)
PLAYLISTS = {TOP: Playlist("Top Songs", description="The week."), LONG: Playlist("All", size=120)}
SHOWN = answer(200, {"id": LONG, "snapshot_id": "one"})
PAGE = answer(200, {"items": [], "total": 0, "next": None})


class Restless(WebApi):
    """Turns to the next week's chart after a page, as often as it is told."""

    changes = 0

    def answer(self, request: Request) -> Response:
        given = super().answer(request)
        if self.changes and request.path.endswith("/items"):
            self.changes -= 1
            self.week += 1
        return given


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
def web_api(shape: Shape) -> Iterator[Restless]:
    with Restless(WORLD, PLAYLISTS, shape=shape) as running:
        yield running


@pytest.mark.parametrize(("chart_id", "sizes"), [(TOP, [50]), (LONG, [50, 50, 20])])
def test_every_page_is_taken_as_it_is(web_api, shape, chart_id, sizes):
    playlist = take(web_api.accounts_url, chart_id)
    rows = [row for page in playlist.pages for row in page["items"]]
    expected = [entry.track.song_id for entry in WORLD.chart(0)[: sum(sizes)]]
    assert [row[shape]["id"] for row in rows] == expected
    assert [len(page["items"]) for page in playlist.pages] == sizes
    assert {page["total"] for page in playlist.pages} == {sum(sizes)}
    assert set(playlist.pages[0]) == {
        *("href", "items", "limit", "next", "offset", "previous", "total"),
    }


def test_the_metadata_is_the_playlist_without_contents_and_images(web_api):
    metadata = take(web_api.accounts_url, TOP).metadata
    assert set(metadata) == {
        *("collaborative", "description", "external_urls", "followers", "href", "id", "name"),
        *("owner", "primary_color", "public", "snapshot_id", "type", "uri"),
    }
    assert (metadata["id"], metadata["description"]) == (TOP, "The week.")


def test_one_door_takes_many_charts_with_one_token(web_api):
    with open_spotify(settings_for(web_api.accounts_url)) as spotify:
        spotify.playlist(TOP)
        spotify.playlist(LONG)
    assert web_api.requests.count(("POST", "/api/token")) == 1
    assert len(web_api.requests) == 1 + (1 + 1 + 1) + (1 + 3 + 1)


def test_opening_asks_nothing_yet(web_api):
    open_spotify(settings_for(web_api.accounts_url)).close()
    assert web_api.requests == []


def test_a_door_left_open_leaks_no_connection(web_api):
    open_spotify(settings_for(web_api.accounts_url)).playlist(TOP)


def test_no_token_is_written_to_disk(web_api, empty_folder):
    take(web_api.accounts_url, TOP)
    assert list(empty_folder.iterdir()) == []


def test_spotify_s_own_charts_are_denied_with_the_way_out(web_api):
    gone = "37i9dQZEVXbMDoHDwVN2tF"
    with pytest.raises(AccessDenied) as raised:
        take(web_api.accounts_url, gone)
    for word in (gone, "2024-11-27", "chartlake land FILE", "nothing was landed"):
        assert word in str(raised.value)


def test_a_playlist_that_does_not_exist_is_denied(web_api):
    with pytest.raises(AccessDenied, match="no such playlist, or it is private"):
        take(web_api.accounts_url, "0" * 22)


def test_what_cannot_be_a_playlist_id_is_denied(web_api):
    with pytest.raises(AccessDenied, match="no such playlist"):
        take(web_api.accounts_url, "no-id")


def test_a_wrong_secret_is_a_matter_of_configuration(web_api):
    with pytest.raises(ConfigurationError, match="SPOTIPY_CLIENT_SECRET"):
        take(web_api.accounts_url, TOP, secret="wrong")


def test_missing_credentials_are_all_named_at_once():
    with pytest.raises(
        ConfigurationError, match="CLIENT_ID is not set and SPOTIPY_CLIENT_SECRET is"
    ):
        open_spotify(load_settings())


def test_a_secret_that_no_header_can_carry_is_refused_without_showing_it():
    with pytest.raises(
        ConfigurationError, match="SPOTIPY_CLIENT_SECRET is not plain ASCII"
    ) as raised:
        open_spotify(settings_for("http://127.0.0.1:9/", secret="geheimnißvoll"))
    assert "ß" not in str(raised.value)


def test_an_unreachable_address_may_be_reached_later():
    with pytest.raises(ServiceUnavailable, match="Check the network"):
        take("http://127.0.0.1:9/", TOP)


def test_a_playlist_shown_without_contents_is_taken_by_its_pages():
    with scripted(SHOWN, PAGE, SHOWN) as (url, asked):
        playlist = take(url, LONG)
    assert playlist.metadata == {"id": LONG, "snapshot_id": "one"}
    assert len(playlist.pages) == 1
    assert [path.split("?")[0].rsplit("/", 1)[1] for path in asked] == [LONG, "items", LONG]


def test_a_link_to_another_host_is_not_followed():
    elsewhere = answer(200, {"items": [1], "total": 2, "next": "http://127.0.0.1:9/?offset=1"})
    last = answer(200, {"items": [2], "total": 2, "next": None})
    with scripted(SHOWN, elsewhere, last, SHOWN) as (url, asked):
        assert [page["items"] for page in take(url, LONG).pages] == [[1], [2]]
    assert "offset=1&" in asked[2]


def test_a_chart_edited_between_pages_is_taken_again(web_api, shape):
    web_api.changes = 2
    playlist = take(web_api.accounts_url, LONG)
    shown = [row[shape]["id"] for page in playlist.pages for row in page["items"]]
    assert shown == [entry.track.song_id for entry in WORLD.chart(2)[:120]]


def test_a_chart_that_is_edited_all_the_time_may_be_read_later(web_api):
    web_api.changes = 5
    with pytest.raises(ServiceUnavailable, match="was edited while it was read, 3 times"):
        take(web_api.accounts_url, TOP)


def test_a_total_that_the_pages_do_not_hold_is_taken_again():
    short = answer(200, {"items": [], "total": 1, "next": None})
    with scripted(SHOWN, short, SHOWN, PAGE, SHOWN) as (url, asked):
        assert take(url, LONG).pages[0]["total"] == 0
    assert len(asked) == 5


def test_a_playlist_without_a_snapshot_id_is_taken_by_its_totals():
    with scripted(answer(200, {"id": LONG}), PAGE, answer(200, {})) as (url, _):
        assert take(url, LONG).metadata == {"id": LONG}
