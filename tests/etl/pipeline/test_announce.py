"""The word to the Prefect server that something landed, over HTTP."""

from __future__ import annotations

import pytest

from etl.errors import ServiceUnavailable
from etl.pipeline.announce import announce_landing
from etl.settings import load_settings
from tests.support.event_server import receiving


@pytest.fixture
def server(monkeypatch):
    with receiving() as receiver:
        monkeypatch.setenv("PREFECT_API_URL", f"{receiver.url}/api/")
        yield receiver


def test_a_server_is_told_what_landed_where(server):
    assert announce_landing(load_settings(lake="s3://music"), ["a.csv", "b.csv"])
    (told,) = server.told
    assert told.path == "/api/events"
    (event,) = told.body
    assert (event["event"], event["resource"]) == (
        "chartlake.snapshot.landed",
        {"prefect.resource.id": "chartlake.lake", "prefect.resource.name": "s3://music"},
    )
    assert event["payload"] == {"names": ["a.csv", "b.csv"], "files": 2}
    assert "Authorization" not in told.headers


@pytest.mark.parametrize(
    ("variable", "value", "header"),
    [
        ("PREFECT_API_AUTH_STRING", "admin:pass", "Basic YWRtaW46cGFzcw=="),
        ("PREFECT_API_KEY", "pnu_1", "Bearer pnu_1"),
    ],
)
def test_a_server_that_asks_who_is_there_is_told(server, monkeypatch, variable, value, header):
    monkeypatch.setenv(variable, value)
    announce_landing(load_settings(), ["a.csv"])
    assert server.told[0].headers["Authorization"] == header


def test_without_a_server_or_a_landing_nobody_is_told(server, monkeypatch):
    assert not announce_landing(load_settings(), [])
    monkeypatch.delenv("PREFECT_API_URL")
    assert not announce_landing(load_settings(), ["a.csv"])
    assert server.told == []


@pytest.mark.parametrize("status", [401, 500])
def test_a_server_that_does_not_take_it_is_named_and_so_is_what_follows(monkeypatch, status):
    with receiving(status) as receiver:
        monkeypatch.setenv("PREFECT_API_URL", f"{receiver.url}/api")
        with pytest.raises(ServiceUnavailable, match=r"127\.0\.0\.1.*next scheduled run"):
            announce_landing(load_settings(), ["a.csv"])


def test_a_server_that_is_not_there_is_named(monkeypatch):
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    with pytest.raises(ServiceUnavailable, match="9/api could not be notified"):
        announce_landing(load_settings(), ["a.csv"])
