"""The login against the stand-in's accounts: real HTTP, and a browser that agrees at once."""

from __future__ import annotations

import json
import logging
import os
import re
import socket
import stat
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from demo.accounts import CLIENT_ID
from demo.render import Playlist
from demo.web_api import WebApi
from demo.world import World
from etl.errors import AccessDenied, ConfigurationError
from etl.settings import load_settings
from etl.sources.spotify.client import open_spotify
from etl.sources.spotify.login import begin_login, wait_for_browser
from etl.sources.spotify.token_file import TokenFile

CHART = "5FN6Ego7eLX6zHuCMovIR2"
WORLD = World(2)


@pytest.fixture
def web_api(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with WebApi(WORLD, {CHART: Playlist("Mine")}) as running:
        given = {
            "CHARTLAKE_SPOTIFY_API_URL": running.api_url,
            "CHARTLAKE_SPOTIFY_ACCOUNTS_URL": running.accounts_url,
            "SPOTIPY_CLIENT_ID": CLIENT_ID,
            "SPOTIPY_REDIRECT_URI": f"http://127.0.0.1:{free_port()}/callback",
        }
        for name, value in given.items():
            monkeypatch.setenv(name, value)
        yield running


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def agreed(url: str) -> str:
    """Where the stand-in sends the browser of a user who agrees."""
    return requests.get(url, allow_redirects=False, timeout=5).headers["Location"]


def log_in() -> Path:
    settings = load_settings()
    begun = begin_login(settings)
    begun.complete(agreed(begun.url))
    return settings.spotify_token


def kept(path: Path, **changes) -> dict:
    token: dict = json.loads(path.read_text()) | changes
    path.write_text(json.dumps(token))
    return token


def test_a_login_reads_playlists_without_any_secret(web_api):
    path = log_in()
    with open_spotify(load_settings()) as spotify:
        assert spotify.playlist(CHART).entries == 50
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    authorized_at = datetime.fromisoformat(json.loads(path.read_text())["authorized_at"])
    assert datetime.now(UTC) - authorized_at < timedelta(minutes=1)


def test_the_page_to_agree_on_asks_for_no_more_than_is_needed(web_api):
    asked = parse_qs(urlsplit(begin_login(load_settings()).url).query)
    assert asked["scope"] == ["playlist-read-private playlist-read-collaborative"]
    assert asked["code_challenge_method"] == ["S256"]
    assert len(asked["state"][0]) >= 32


def test_a_token_whose_hour_is_over_is_renewed_and_the_renewal_kept(web_api):
    path = log_in()
    before = kept(path, expires_at=0, authorized_at="2026-01-01T00:00:00+00:00")
    with open_spotify(load_settings()) as spotify:
        spotify.playlist(CHART)
    after = json.loads(path.read_text())
    assert after["refresh_token"] != before["refresh_token"]
    assert after["authorized_at"] == before["authorized_at"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_two_programs_renew_a_login_once(web_api):
    path = log_in()
    kept(path, expires_at=0)
    with open_spotify(load_settings()) as one, open_spotify(load_settings()) as other:
        assert one.playlist(CHART) == other.playlist(CHART)
    assert [path for _, path in web_api.requests].count("/api/token") == 2


def test_a_login_that_has_ended_says_what_to_do_and_asks_nobody(web_api, monkeypatch):
    monkeypatch.setattr("builtins.input", lambda *_: pytest.fail("somebody was asked"))
    kept(log_in(), expires_at=0, refresh_token="revoked")
    with (
        open_spotify(load_settings()) as spotify,
        pytest.raises(ConfigurationError, match=r"The login to Spotify has ended.*chartlake login"),
    ):
        spotify.playlist(CHART)


@pytest.mark.parametrize("text", ["", "{}", "[]", "no json"])
def test_a_token_file_that_cannot_be_read_says_what_to_do(web_api, text):
    log_in().write_text(text)
    with (
        open_spotify(load_settings()) as spotify,
        pytest.raises(ConfigurationError, match="Delete"),
    ):
        spotify.playlist(CHART)


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("http://127.0.0.1/callback?code=x&state=another", "belongs to another login"),
        ("http://127.0.0.1/callback?code=x", "belongs to another login"),
        ("http://127.0.0.1/callback?error=access_denied&state={state}", "access_denied"),
    ],
)
def test_an_address_that_is_not_this_logins_changes_nothing(web_api, address, sentence):
    before = log_in().read_text()
    begun = begin_login(load_settings())
    with pytest.raises(AccessDenied, match=sentence):
        begun.complete(address.format(state=begun.state))
    assert load_settings().spotify_token.read_text() == before


def test_a_code_that_is_not_taken_changes_nothing(web_api):
    before = log_in().read_text()
    begun = begin_login(load_settings())
    with pytest.raises(ConfigurationError):
        begun.complete(f"http://127.0.0.1/callback?code=made-up&state={begun.state}")
    assert load_settings().spotify_token.read_text() == before


@pytest.mark.parametrize(("months", "warns"), [(0, False), (4, False), (5, True), (7, True)])
def test_a_login_warns_a_month_before_it_ends(web_api, months, warns):
    now = datetime.now(UTC) + timedelta(days=30.5 * months)
    assert (TokenFile(log_in()).warning(now) is not None) == warns


def test_the_browser_that_comes_back_is_waited_for_until_nobody_comes():
    with pytest.raises(AccessDenied, match="Nobody logged in in time"):
        wait_for_browser(free_port(), 0.1)


def test_a_port_that_is_taken_leaves_pasting():
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(ConfigurationError, match="chartlake login --paste"),
    ):
        wait_for_browser(taken.getsockname()[1], 0.1)


def test_no_token_reaches_a_log(web_api, caplog):
    caplog.set_level(logging.DEBUG)
    path = log_in()
    kept(path, expires_at=0)
    with open_spotify(load_settings()) as spotify:
        spotify.playlist(CHART)
    token = json.loads(path.read_text())
    for secret in ("access_token", "refresh_token"):
        assert token[secret] not in caplog.text


@pytest.mark.parametrize("arguments", [("login", "--paste"), ("login",)])
def test_the_command_logs_in_by_pasting_or_by_the_browser_coming_back(web_api, arguments):
    environment = os.environ | {"BROWSER": "true %s", "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        [sys.executable, "-m", "etl", *arguments],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as login:
        assert login.stdin is not None and login.stdout is not None
        url = next(line.strip() for line in login.stdout if "/authorize?" in line)
        address = agreed(url)
        if "--paste" in arguments:
            printed, _ = login.communicate(f"{address}\n", timeout=20)
        else:
            come_back(address)
            printed, _ = login.communicate(timeout=20)
    assert (login.returncode, "logged in" in printed) == (0, True)
    assert TokenFile(load_settings().spotify_token).exists()


def come_back(address: str) -> None:
    for _ in range(100):
        try:
            page = requests.get(address, timeout=5)
        except requests.ConnectionError:
            time.sleep(0.1)
        else:
            assert re.search("chartlake is logged in", page.text)
            return
    pytest.fail("nobody waits for the browser")
