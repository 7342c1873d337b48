from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from demo.render import Playlist
from demo.web_api import WebApi
from demo.world import World
from etl.errors import AccessDenied, ServiceUnavailable, UnexpectedResponse
from etl.lake import open_lake
from etl.lake.layout import PENDING, PROCESSED, replaced_name
from etl.pipeline.extract import take_chart
from etl.pipeline.identify import landing_name
from etl.pipeline.process import process_pending
from tests.support import made_up
from tests.support.scripted_spotify import reply, scripted_server, settings_for

NOW = datetime(2026, 11, 20, 6, 0, 1, 999999, tzinfo=UTC)
CHART = "3cEYpjA9oz9GiPac4AsH4n"
METADATA = reply(200, {"id": CHART, "snapshot_id": "one"})


def page_reply(*songs):
    items = [{"added_at": None, "item": {"uri": song, "name": song}} for song in songs]
    return reply(200, {"items": items, "total": len(items), "next": None})


@pytest.fixture
def directory(tmp_path):
    return open_lake(str(tmp_path / "lake"))


@pytest.fixture
def take(directory):
    """Takes the chart while it contains these songs."""

    def run(*songs, now=NOW):
        with scripted_server(METADATA, page_reply(*songs), METADATA) as (url, _):
            settings = settings_for(url).model_copy(update={"lake": directory.location})
            return take_chart(open_lake(settings.lake), settings, CHART, now)

    return run


def test_a_chart_is_landed_as_an_envelope_with_all_responses(location):
    with WebApi(World(2), {CHART: Playlist("A chart", description="A description")}) as web_api:
        settings = settings_for(web_api.accounts_url).model_copy(update={"lake": location})
        landing = take_chart(open_lake(settings.lake), settings, CHART, NOW)
    lake = open_lake(location)
    envelope = json.loads(lake.read(PENDING + landing.name).body)
    assert landing.name == f"spotify_raw_{CHART}_20261120T060001Z.json"
    assert list(envelope) == ["source", "chart_id", "captured_at", "playlist", "pages", "artists"]
    assert (envelope["chart_id"], envelope["captured_at"]) == (CHART, "2026-11-20T06:00:01Z")
    assert envelope["playlist"]["description"] == "A description"
    assert landing.entries == sum(len(page["items"]) for page in envelope["pages"]) == 50
    assert process_pending(lake, "parquet").published == 1


def test_nothing_is_landed_if_the_chart_is_not_available(directory, tmp_path):
    with WebApi(World(2), {}) as web_api:
        settings = settings_for(web_api.accounts_url)
        with pytest.raises(AccessDenied, match="nothing was landed"):
            take_chart(directory, settings, CHART)
    assert directory.list("") == []


def test_an_unchanged_playlist_is_landed_once_a_day(take, directory):
    first = take("a", "b")
    again = take("a", "b", now=NOW + timedelta(minutes=1))
    assert (first.is_new, again.is_new, again.name) == (True, False, first.name)
    process_pending(directory, "parquet")
    assert not take("a", "b", now=NOW + timedelta(minutes=2)).is_new
    assert directory.list(PENDING) == []


@pytest.mark.parametrize("songs", [("b", "a"), ("a",), ("a", "b", "c")])
def test_a_changed_playlist_is_landed_again(take, directory, songs):
    take("a", "b")
    assert take(*songs, now=NOW + timedelta(minutes=1)).is_new
    assert len(directory.list(PENDING)) == 2


def test_an_unchanged_playlist_is_landed_again_the_next_day(take):
    take("a", "b")
    assert take("a", "b", now=NOW + timedelta(days=1)).is_new


@pytest.mark.parametrize(
    "body",
    [
        made_up.as_json(made_up.songs(1)),
        made_up.as_json({"pages": None}),
        made_up.as_json({"pages": [None, {"items": 5}, {"items": [None, 5]}]}),
        b"not JSON \xff",
    ],
)
def test_a_foreign_file_of_the_same_day_changes_nothing(take, directory, body):
    name = landing_name(CHART, NOW + timedelta(hours=1))
    directory.write(PENDING + name, body)
    landing = take("a", "b")
    assert landing.is_new
    assert directory.read(PENDING + name).body == body
    assert len(directory.list(PENDING)) == 2


def test_a_file_of_the_same_name_is_not_overwritten(take, directory):
    name = landing_name(CHART, NOW)
    directory.write(PENDING + name, b"[]")
    landing = take("a", "b")
    assert landing.name == name.replace(".json", " (1).json")
    assert directory.read(PENDING + name).body == b"[]"
    assert process_pending(directory, "parquet").published == 1


def test_a_replaced_raw_file_is_not_the_last_of_the_day(take, directory):
    first = take("a")
    directory.move(PENDING + first.name, PROCESSED + replaced_name(first.name, "0" * 64))
    assert take("a", now=NOW + timedelta(minutes=1)).is_new


def test_null_entries_are_entries(directory):
    entries = [None, {"item": None}, {"item": {"uri": "a", "name": "\ud800"}}]
    page = reply(200, {"items": entries, "total": None, "next": None})
    for minute in (0, 1):
        with scripted_server(METADATA, page, METADATA) as (url, _):
            now = NOW + timedelta(minutes=minute)
            landing = take_chart(directory, settings_for(url), CHART, now)
        assert (landing.entries, landing.is_new) == (3, minute == 0)


@pytest.mark.parametrize("page", [{"items": None}, {}, {"items": {}}])
def test_a_page_without_items_is_an_unexpected_response(directory, page):
    with (
        scripted_server(METADATA, reply(200, page)) as (url, _),
        pytest.raises(UnexpectedResponse, match="a page without items"),
    ):
        take_chart(directory, settings_for(url), CHART, NOW)
    assert directory.list(PENDING) == []


@pytest.mark.parametrize("offset", ["9" * 5000, "²", ""])
def test_a_next_page_without_a_place_is_an_unexpected_response(directory, offset):
    page = {"items": [], "next": f"https://api.spotify.com/v1/?offset={offset}"}
    with (
        scripted_server(METADATA, reply(200, page)) as (url, _),
        pytest.raises(UnexpectedResponse, match="does not come after it"),
    ):
        take_chart(directory, settings_for(url), CHART, NOW)


def test_a_playlist_that_is_suddenly_empty_is_an_error(take, directory):
    take("a", "b")
    process_pending(directory, "parquet")
    with pytest.raises(ServiceUnavailable, match="empty, which it was not before"):
        take(now=NOW + timedelta(minutes=1))
    assert directory.list(PENDING) == []


def test_a_playlist_that_was_always_empty_is_landed(take, directory):
    assert take().entries == 0
    assert len(directory.list(PENDING)) == 1
