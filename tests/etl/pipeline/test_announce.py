"""The event for the Prefect server that files have landed, sent over HTTP."""

from __future__ import annotations

import pytest

from etl.errors import ServiceUnavailable
from etl.pipeline.announce import announce_landing
from etl.settings import load_settings
from tests.support.event_server import event_receiver


@pytest.fixture
def server(monkeypatch):
    with event_receiver() as receiver:
        monkeypatch.setenv("PREFECT_API_URL", f"{receiver.url}/api/")
        yield receiver


def test_the_event_has_the_names_and_the_lake(server):
    assert announce_landing(load_settings(lake="s3://music"), ["a.csv", "b.csv"])
    (request,) = server.received
    assert request.path == "/api/events"
    (event,) = request.body
    assert (event["event"], event["resource"]) == (
        "chartlake.snapshot.landed",
        {"prefect.resource.id": "chartlake.lake", "prefect.resource.name": "s3://music"},
    )
    assert event["payload"] == {"names": ["a.csv", "b.csv"], "files": 2}
    assert "Authorization" not in request.headers


@pytest.mark.parametrize(
    ("variable", "value", "header"),
    [
        ("PREFECT_API_AUTH_STRING", "admin:pass", "Basic YWRtaW46cGFzcw=="),
        ("PREFECT_API_KEY", "pnu_1", "Bearer pnu_1"),
    ],
)
def test_the_event_is_sent_with_the_credentials_of_the_server(
    server, monkeypatch, variable, value, header
):
    monkeypatch.setenv(variable, value)
    announce_landing(load_settings(), ["a.csv"])
    assert server.received[0].headers["Authorization"] == header


def test_nothing_is_sent_without_a_server_or_without_files(server, monkeypatch):
    assert not announce_landing(load_settings(), [])
    monkeypatch.delenv("PREFECT_API_URL")
    assert not announce_landing(load_settings(), ["a.csv"])
    assert server.received == []


@pytest.mark.parametrize("status", [401, 500])
def test_the_error_about_a_rejected_event_says_what_happens_next(monkeypatch, status):
    with event_receiver(status) as receiver:
        monkeypatch.setenv("PREFECT_API_URL", f"{receiver.url}/api")
        with pytest.raises(ServiceUnavailable, match=r"127\.0\.0\.1.*next scheduled run"):
            announce_landing(load_settings(), ["a.csv"])


def test_the_error_names_an_unreachable_server(monkeypatch):
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    with pytest.raises(ServiceUnavailable, match="9/api could not be notified"):
        announce_landing(load_settings(), ["a.csv"])
