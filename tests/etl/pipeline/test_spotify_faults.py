"""Real spotipy against the stand-in when it is not well, fault by fault, and all at random."""

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
from tests.support.scripted_spotify import settings_for, take

TOP, OTHER = "37i9dQZEVXbNG2KDcFcKOF", "5FN6Ego7eLX6zHuCMovIR2"
WORLD = World(61)
PLAYLISTS = {TOP: Playlist("Top Songs"), OTHER: Playlist("All", size=120)}
FRIDAY = datetime(2025, 1, 3, 6, tzinfo=UTC)

CURED = {"rate-limit", "server-errors", "truncated", "token-expired", "edited-while-paging"}
FATAL = {
    "editorial-404": (AccessDenied, "since 2024-11-27"),
    "forbidden-403": (AccessDenied, "owner and collaborators"),
    "quota": (ServiceUnavailable, r"quota is used up .* Run again after 20"),
    "slow": (ServiceUnavailable, "connection to Spotify failed"),
    "html-200": (UnexpectedResponse, "not a JSON object"),
}


@pytest.fixture(params=["item", "track"])
def web_api(request):
    with WebApi(WORLD, PLAYLISTS, shape=request.param) as running:
        yield running


def test_every_fault_has_its_test():
    assert set(FATAL) | CURED == set(FAULTS)


@pytest.mark.parametrize("fault", sorted(CURED))
def test_what_passes_is_sat_out(web_api, fault):
    well = take(web_api.accounts_url, OTHER)
    web_api.fault = Faulty(fault)
    taken = take(web_api.accounts_url, OTHER)
    songs = [[entry[web_api.shape] for entry in page["items"]] for page in taken.pages]
    assert songs == [[entry[web_api.shape] for entry in page["items"]] for page in well.pages]
    assert web_api.fault.count > 5


@pytest.mark.parametrize("fault", sorted(FATAL))
def test_what_stays_is_said_in_a_sentence(web_api, fault):
    kind, sentence = FATAL[fault]
    if fault == "forbidden-403" and web_api.shape == "track":
        pytest.skip("the older endpoint has no such rule")
    web_api.fault = Faulty(fault)
    with pytest.raises(kind, match=sentence) as caught:
        take(web_api.accounts_url, TOP)
    assert CLIENT_SECRET not in str(caught.value)


def failures(chance: random.Random):
    """Answers of which one in ten fails, each time in another way."""
    ways = [
        lambda response: refusal(503, "Service unavailable"),
        lambda response: refusal(429, "Too many requests", {"Retry-After": "0"}),
        lambda response: refusal(401, "The access token expired"),
        lambda response: Response(200, response.body, response.headers, is_cut=True),
        lambda response: Response(500, b"<html>", {}),
    ]

    class Failing(WebApi):
        failed = 0

        def answer(self, request):
            response = super().answer(request)
            if chance.random() < 0.1 and request.path.startswith("/v1/"):
                self.failed += 1
                return chance.choice(ways)(response)
            return response

    return Failing


def test_of_sixty_snapshots_none_is_missing_or_there_twice_though_a_tenth_of_requests_fail(
    tmp_path,
):
    lake = open_lake(str(tmp_path / "lake"))
    with failures(random.Random(60))(WORLD, PLAYLISTS) as web_api:
        settings = settings_for(web_api.accounts_url).model_copy(update={"lake": lake.location})
        for web_api.week in range(60):
            moment = FRIDAY + timedelta(weeks=web_api.week)
            landing = retried(lambda moment=moment: take_chart(lake, settings, OTHER, moment))
            assert landing.is_new
        assert web_api.failed > 20
    assert len(lake.list(PENDING)) == 60
    assert process_pending(lake, "parquet").published == 60
    for week, archived in enumerate(lake.list(PROCESSED)):
        envelope = json.loads(lake.read(archived.key).body)
        shown = [entry["item"]["id"] for page in envelope["pages"] for entry in page["items"]]
        assert shown == [entry.track.song_id for entry in WORLD.chart(week)[:120]]


def retried(call):
    """As the flow retries what is unavailable."""
    for _ in range(3):
        try:
            return call()
        except ServiceUnavailable:
            continue
    return call()
