"""The client with the faults of the stand-in: one at a time, and at random."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta

import pytest

from demo.accounts import CLIENT_SECRET
from demo.faults import FAULTS, Faulty, refusal
from demo.render import Playlist
from demo.routes import Response
from demo.web_api import WebApi
from demo.world import World
from etl.errors import AccessDenied, ServiceUnavailable, UnexpectedResponse
from etl.lake import open_lake
from etl.lake.layout import PENDING, PROCESSED
from etl.pipeline.extract import take_chart
from etl.pipeline.process import process_pending
from tests.support.scripted_spotify import fetch_playlist, settings_for

TOP, OTHER = "37i9dQZEVXbNG2KDcFcKOF", "5FN6Ego7eLX6zHuCMovIR2"
WORLD = World(61)
PLAYLISTS = {TOP: Playlist("Top Songs"), OTHER: Playlist("All", size=120)}
FRIDAY = datetime(2025, 1, 3, 6, tzinfo=UTC)

TRANSIENT = {"rate-limit", "server-errors", "truncated", "token-expired", "edited-while-paging"}
FATAL = {
    "editorial-404": (AccessDenied, "since 2024-11-27"),
    "forbidden-403": (AccessDenied, "owner and collaborators"),
    "quota": (ServiceUnavailable, r"quota is used up .* Run again after 20"),
    "slow": (ServiceUnavailable, "connection to Spotify failed"),
    "html-200": (UnexpectedResponse, "not a JSON object"),
}


@pytest.fixture(params=["item", "track"])
def web_api(request):
    with WebApi(WORLD, PLAYLISTS, shape=request.param) as server:
        yield server


def test_every_fault_is_tested():
    assert set(FATAL) | TRANSIENT == set(FAULTS)


@pytest.mark.parametrize("fault", sorted(TRANSIENT))
def test_transient_faults_are_retried(web_api, fault):
    expected = fetch_playlist(web_api.accounts_url, OTHER)
    web_api.fault = Faulty(fault)
    playlist = fetch_playlist(web_api.accounts_url, OTHER)
    songs = [[entry[web_api.shape] for entry in page["items"]] for page in playlist.pages]
    assert songs == [[entry[web_api.shape] for entry in page["items"]] for page in expected.pages]
    assert web_api.fault.count > 5


@pytest.mark.slow
@pytest.mark.parametrize("fault", sorted(FATAL))
def test_fatal_faults_raise_an_error(web_api, fault):
    kind, message = FATAL[fault]
    if fault == "forbidden-403" and web_api.shape == "track":
        pytest.skip("the older endpoint does not have this rule")
    web_api.fault = Faulty(fault)
    with pytest.raises(kind, match=message) as caught:
        fetch_playlist(web_api.accounts_url, TOP)
    assert CLIENT_SECRET not in str(caught.value)


def unreliable_web_api(chance: random.Random):
    """A WebApi class in which one request in ten fails, in random ways."""
    failures = [
        lambda response: refusal(503, "Service unavailable"),
        lambda response: refusal(429, "Too many requests", {"Retry-After": "0"}),
        lambda response: refusal(401, "The access token expired"),
        lambda response: Response(200, response.body, response.headers, is_cut=True),
        lambda response: Response(500, b"<html>", {}),
    ]

    class UnreliableWebApi(WebApi):
        failed = 0

        def answer(self, request):
            response = super().answer(request)
            if chance.random() < 0.1 and request.path.startswith("/v1/"):
                self.failed += 1
                return chance.choice(failures)(response)
            return response

    return UnreliableWebApi


@pytest.mark.slow
def test_random_failures_neither_lose_nor_duplicate_snapshots(tmp_path):
    lake = open_lake(str(tmp_path / "lake"))
    with unreliable_web_api(random.Random(60))(WORLD, PLAYLISTS) as web_api:
        settings = settings_for(web_api.accounts_url).model_copy(update={"lake": lake.location})
        for web_api.week in range(60):
            moment = FRIDAY + timedelta(weeks=web_api.week)
            landing = with_retries(lambda moment=moment: take_chart(lake, settings, OTHER, moment))
            assert landing.is_new
        assert web_api.failed > 20
    assert len(lake.list(PENDING)) == 60
    assert process_pending(lake, "parquet").published == 60
    for week, stored in enumerate(lake.list(PROCESSED)):
        envelope = json.loads(lake.read(stored.key).body)
        song_ids = [entry["item"]["id"] for page in envelope["pages"] for entry in page["items"]]
        assert song_ids == [entry.track.song_id for entry in WORLD.chart(week)[:120]]


def with_retries(call):
    """Call with retries, as the flow does."""
    for _ in range(3):
        try:
            return call()
        except ServiceUnavailable:
            continue
    return call()
