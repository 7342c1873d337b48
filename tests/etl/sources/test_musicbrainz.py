"""The client of MusicBrainz, with a stand-in for it."""

from __future__ import annotations

import pytest

from etl.errors import ServiceUnavailable
from etl.settings import load_settings
from etl.sources.musicbrainz import SECONDS_BETWEEN_REQUESTS, MusicBrainz
from tests.support.musicbrainz import ARTIST_RESPONSE, URL_RESPONSE, musicbrainz
from tests.support.scripted_spotify import error_reply, reply


def test_musicbrainz_gets_one_request_per_second_with_the_contact(monkeypatch):
    sleeps: list[float] = []
    with musicbrainz(monkeypatch, reply(200, URL_RESPONSE), reply(200, ARTIST_RESPONSE)):
        settings = load_settings()
        with MusicBrainz(settings, sleep=sleeps.append, clock=lambda: 100.0) as client:
            assert client.artist("x") == {"url": URL_RESPONSE, "artist": ARTIST_RESPONSE}
            user_agent = str(client._session.headers["User-Agent"])
    assert sleeps == [SECONDS_BETWEEN_REQUESTS]
    assert user_agent.startswith("chartlake/") and "me@example.org" in user_agent


def test_an_artist_unknown_to_musicbrainz_is_none(monkeypatch):
    with (
        musicbrainz(monkeypatch, reply(404, {"error": "Not Found"})),
        MusicBrainz(load_settings()) as client,
    ):
        assert client.artist("x") is None


def test_a_busy_musicbrainz_is_a_transient_error(monkeypatch):
    with (
        musicbrainz(monkeypatch, error_reply(503)),
        MusicBrainz(load_settings()) as client,
        pytest.raises(ServiceUnavailable, match="MusicBrainz does not answer now"),
    ):
        client.artist("x")
