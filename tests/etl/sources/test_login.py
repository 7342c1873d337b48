"""The login, with the accounts service of the stand-in and a user who always agrees."""

from __future__ import annotations

import json
import logging
import os
import stat
import subprocess
import sys
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
from etl.sources.spotify.login import begin_login
from etl.sources.spotify.token_file import TokenFile
from tests.support.browsers import free_port, open_callback

CHART = "5FN6Ego7eLX6zHuCMovIR2"
WORLD = World(2)


@pytest.fixture
def web_api(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with WebApi(WORLD, {CHART: Playlist("Mine")}) as server:
        variables = {
            "CHARTLAKE_SPOTIFY_API_URL": server.api_url,
            "CHARTLAKE_SPOTIFY_ACCOUNTS_URL": server.accounts_url,
            "SPOTIPY_CLIENT_ID": CLIENT_ID,
            "SPOTIPY_REDIRECT_URI": f"http://127.0.0.1:{free_port()}/callback",
        }
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        yield server


def callback_url(url: str) -> str:
    """The URL to which the accounts service redirects a user who agrees."""
    return requests.get(url, allow_redirects=False, timeout=5).headers["Location"]


def log_in() -> Path:
    """Log in; returns the path of the token file."""
    settings = load_settings()
    login = begin_login(settings)
    login.complete(callback_url(login.url))
    return settings.spotify_token


def change_token(path: Path, **changes) -> dict:
    """Change fields of the token file; returns the token."""
    token: dict = json.loads(path.read_text()) | changes
    path.write_text(json.dumps(token))
    return token


def test_a_login_needs_no_client_secret(web_api):
    path = log_in()
    with open_spotify(load_settings()) as spotify:
        assert spotify.playlist(CHART).entries == 50
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    authorized_at = datetime.fromisoformat(json.loads(path.read_text())["authorized_at"])
    assert datetime.now(UTC) - authorized_at < timedelta(minutes=1)


def test_the_login_requests_only_the_scopes_it_needs(web_api):
    query = parse_qs(urlsplit(begin_login(load_settings()).url).query)
    assert query["scope"] == ["playlist-read-private playlist-read-collaborative"]
    assert query["code_challenge_method"] == ["S256"]
    assert len(query["state"][0]) >= 32


def test_an_expired_token_is_refreshed_and_saved(web_api):
    path = log_in()
    before = change_token(path, expires_at=0, authorized_at="2026-01-01T00:00:00+00:00")
    with open_spotify(load_settings()) as spotify:
        spotify.playlist(CHART)
    after = json.loads(path.read_text())
    assert after["refresh_token"] != before["refresh_token"]
    assert after["authorized_at"] == before["authorized_at"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_two_programs_refresh_a_token_only_once(web_api):
    path = log_in()
    change_token(path, expires_at=0)
    with open_spotify(load_settings()) as first, open_spotify(load_settings()) as second:
        assert first.playlist(CHART) == second.playlist(CHART)
    assert [path for _, path in web_api.requests].count("/api/token") == 2


def test_the_error_about_an_ended_login_says_what_to_do(web_api, monkeypatch):
    monkeypatch.setattr("builtins.input", lambda *_: pytest.fail("prompted for input"))
    change_token(log_in(), expires_at=0, refresh_token="revoked")
    with (
        open_spotify(load_settings()) as spotify,
        pytest.raises(ConfigurationError, match=r"The login to Spotify has ended.*chartlake login"),
    ):
        spotify.playlist(CHART)


@pytest.mark.parametrize("text", ["", "{}", "[]", "no json"])
def test_the_error_about_a_damaged_token_file_says_what_to_do(web_api, text):
    log_in().write_text(text)
    with (
        open_spotify(load_settings()) as spotify,
        pytest.raises(ConfigurationError, match="Delete"),
    ):
        spotify.playlist(CHART)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("http://127.0.0.1/callback?code=x&state=another", "belongs to another login"),
        ("http://127.0.0.1/callback?code=x", "belongs to another login"),
        ("http://127.0.0.1/callback?error=access_denied&state={state}", "access_denied"),
    ],
)
def test_the_callback_of_another_login_is_rejected(web_api, url, message):
    before = log_in().read_text()
    login = begin_login(load_settings())
    with pytest.raises(AccessDenied, match=message):
        login.complete(url.format(state=login.state))
    assert load_settings().spotify_token.read_text() == before


def test_an_invalid_code_is_rejected(web_api):
    before = log_in().read_text()
    login = begin_login(load_settings())
    with pytest.raises(ConfigurationError):
        login.complete(f"http://127.0.0.1/callback?code=made-up&state={login.state}")
    assert load_settings().spotify_token.read_text() == before


@pytest.mark.parametrize(("months", "warns"), [(0, False), (4, False), (5, True), (7, True)])
def test_a_login_that_ends_within_a_month_has_a_warning(web_api, months, warns):
    now = datetime.now(UTC) + timedelta(days=30.5 * months)
    assert (TokenFile(log_in()).warning(now) is not None) == warns


def test_no_token_is_logged(web_api, caplog):
    caplog.set_level(logging.DEBUG)
    path = log_in()
    change_token(path, expires_at=0)
    with open_spotify(load_settings()) as spotify:
        spotify.playlist(CHART)
    token = json.loads(path.read_text())
    for secret in ("access_token", "refresh_token"):
        assert token[secret] not in caplog.text


@pytest.mark.parametrize("arguments", [("login", "--paste"), ("login",)])
def test_the_command_logs_in_by_pasting_or_through_the_browser(web_api, arguments):
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
        callback = callback_url(url)
        if "--paste" in arguments:
            output, _ = login.communicate(f"{callback}\n", timeout=20)
        else:
            open_callback(callback)
            output, _ = login.communicate(timeout=20)
    assert (login.returncode, "logged in" in output) == (0, True)
    assert TokenFile(load_settings().spotify_token).exists()
