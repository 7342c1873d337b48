from __future__ import annotations

import logging
import pickle
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from traceback import format_exception
from typing import TypeVar

import pytest

from demo.web_api import CLIENT_SECRET
from etl.errors import (
    AccessDenied,
    ChartlakeError,
    ConfigurationError,
    ServiceUnavailable,
    UnexpectedResponse,
)
from tests.support.scripted_spotify import (
    READ_TIMEOUT,
    TOKEN,
    Reply,
    error_reply,
    fetch_playlist,
    reply,
    scripted_server,
)

CHART = "5FN6Ego7eLX6zHuCMovIR2"
METADATA = reply(200, {"id": CHART, "snapshot_id": "one"})
EMPTY_PAGE = reply(200, {"items": [], "total": 0, "next": None})

E = TypeVar("E", bound=ChartlakeError)


def assert_fails(
    kind: type[E], match: str, *replies: Reply, login: Reply | None = None
) -> tuple[E, list[str]]:
    """Expect that reading the playlist raises an error; returns it and the requested paths."""
    with (
        scripted_server(*replies, login=login) as (url, requested),
        pytest.raises(kind, match=match) as raised,
    ):
        fetch_playlist(url, CHART)
    return raised.value, requested


def test_playlists_of_other_users_are_access_denied_in_development_mode():
    assert_fails(AccessDenied, "only for its owner and collaborators", METADATA, error_reply(403))


def test_a_rejected_token_is_a_configuration_error():
    assert_fails(ConfigurationError, "SPOTIPY_CLIENT_ID", error_reply(401))


def test_another_error_status_is_unexpected():
    assert_fails(UnexpectedResponse, "HTTP 418", error_reply(418))


@pytest.mark.slow
def test_a_timeout_is_a_transient_error():
    assert_fails(ServiceUnavailable, "Check the network", reply(None, delay=2 * READ_TIMEOUT))


def test_a_short_retry_after_is_waited_for():
    sleeps: list[float] = []
    throttled = error_reply(429, retry_after="30")
    replies = (throttled, METADATA, throttled, EMPTY_PAGE, METADATA)
    with scripted_server(*replies) as (url, requested):
        assert fetch_playlist(url, CHART, sleeps=sleeps).entries == 0
    assert (sleeps, len(requested)) == ([30, 30], 5)


def test_an_error_after_repeated_throttling_has_the_retry_after():
    throttled = error_reply(429, retry_after="30")
    raised, requested = assert_fails(ServiceUnavailable, "too many requests", throttled)
    assert raised.retry_after == 30
    assert len(requested) == 4


@pytest.mark.parametrize("fields", [{"retry_after": "61"}, {"reason": "QUOTA_EXCEEDED"}])
def test_a_long_retry_after_and_a_used_up_quota_are_not_waited_for(fields):
    _, requested = assert_fails(ServiceUnavailable, "Run again", error_reply(429, **fields))
    assert len(requested) == 1


def test_a_truncated_response_is_requested_again():
    truncated = METADATA._replace(headers={"Content-Length": str(len(METADATA.body) + 10)})
    with scripted_server(truncated, METADATA, EMPTY_PAGE, METADATA) as (url, requested):
        assert fetch_playlist(url, CHART).entries == 0
    assert len(requested) == 4


def test_a_token_that_is_rejected_early_is_renewed_once():
    with scripted_server(error_reply(401), METADATA, EMPTY_PAGE, METADATA) as (url, _):
        assert fetch_playlist(url, CHART).entries == 0
    assert_fails(ConfigurationError, "does not accept this app's credentials", error_reply(401))


def test_the_error_names_a_lapsed_premium_subscription():
    lapsed = reply(403, {"error": {"status": 403, "message": "Active premium required"}})
    assert_fails(AccessDenied, "needs an active Premium subscription", lapsed)


def test_the_error_about_a_used_up_quota_says_when_to_run_again():
    started = datetime.now(UTC).replace(microsecond=0)
    used_up = error_reply(429, retry_after="86236", reason="QUOTA_EXCEEDED")
    raised, _ = assert_fails(ServiceUnavailable, "quota is used up", used_up)
    time = re.search(r"Run again after (.+) UTC", str(raised))
    assert time
    run_again_at = datetime.fromisoformat(f"{time[1]}+00:00")
    assert started <= run_again_at - timedelta(seconds=86236) <= datetime.now(UTC)
    assert raised.retry_after == 86236


@pytest.mark.parametrize("retry_after", ["soon", "", "-1", "9" * 400])
def test_an_invalid_retry_after_is_ignored(retry_after):
    assert_fails(ServiceUnavailable, "too many requests", error_reply(429, retry_after=retry_after))


def test_the_retry_after_is_kept_if_the_body_is_not_an_object():
    throttled = reply(429, ["slow down"], Retry_After="7")
    raised, _ = assert_fails(ServiceUnavailable, "too many requests", throttled)
    assert raised.retry_after == 7


def test_the_error_about_a_throttled_login_has_the_retry_after():
    login = error_reply(429, retry_after="12")
    raised, _ = assert_fails(ServiceUnavailable, "too many requests", EMPTY_PAGE, login=login)
    assert raised.retry_after == 12


def test_single_server_errors_are_retried():
    broken = reply(500, b"")
    replies = (broken, broken, METADATA, broken, EMPTY_PAGE, METADATA)
    with scripted_server(*replies) as (url, _):
        assert fetch_playlist(url, CHART).pages


@pytest.mark.parametrize("status", [500, 502, 503, 504, 520])
def test_a_repeated_server_error_is_a_transient_error(status):
    assert_fails(ServiceUnavailable, rf"failed \(HTTP {status}\)", reply(status, b"<html>"))


def test_a_failed_login_is_a_transient_error():
    assert_fails(ServiceUnavailable, "HTTP 503", EMPTY_PAGE, login=reply(503, b"oops"))


def test_a_response_that_stays_truncated_is_a_transient_error():
    assert_fails(
        ServiceUnavailable,
        "connection to Spotify failed",
        reply(200, b'{"id": "', Content_Length="900"),
    )


def test_a_dropped_connection_is_a_transient_error():
    assert_fails(ServiceUnavailable, "connection to Spotify failed", reply(None))


@pytest.mark.parametrize("body", [b"<html>Please log in</html>", b"", b"[]", b'"words"', b"null"])
def test_a_response_that_is_not_a_json_object_is_unexpected(body):
    assert_fails(UnexpectedResponse, "not a JSON object", reply(200, body))


# After a TypeError, spotipy tries again with an argument that it deprecates.
@pytest.mark.filterwarnings("ignore:You're using 'as_dict:DeprecationWarning")
@pytest.mark.parametrize("body", [b"<html>", b"[]", b"{}", b'{"access_token": "x"}'])
def test_a_login_without_a_token_is_unexpected(body):
    assert_fails(UnexpectedResponse, "does not document", EMPTY_PAGE, login=reply(200, body))


@pytest.mark.parametrize("items", [None, {}, "words"])
def test_a_page_without_items_is_unexpected(items):
    assert_fails(UnexpectedResponse, "without items", METADATA, reply(200, {"items": items}))


@pytest.mark.parametrize("link", ["?offset=0", "?offset=-5", "?limit=50", "nowhere", "", 7])
def test_an_invalid_link_to_the_next_page_is_unexpected(link):
    page = reply(200, {"items": [], "total": 9, "next": link})
    _, requested = assert_fails(UnexpectedResponse, "does not come after it", METADATA, page)
    assert len(requested) == 2


FAILURES = {
    "401": [error_reply(401)],
    "403": [error_reply(403)],
    "404": [error_reply(404)],
    "429": [error_reply(429, retry_after="9")],
    "500": [reply(500, b"")],
    "not JSON": [reply(200, b"<html>")],
    "truncated": [reply(200, b"{", Content_Length="9")],
    "success": [METADATA, EMPTY_PAGE, METADATA],
}


@pytest.mark.parametrize("replies", FAILURES.values(), ids=FAILURES.keys())
def test_no_secret_is_logged_or_in_errors(replies, caplog):
    for name in ("", "spotipy", "spotipy.client", "spotipy.oauth2"):
        caplog.set_level(logging.DEBUG, logger=name)
    traceback = ""
    with scripted_server(*replies) as (url, _):
        try:
            fetch_playlist(url, CHART)
        except ChartlakeError as raised:
            traceback = "".join(format_exception(raised)) + repr(vars(raised))
            assert CHART in str(raised) and "nothing was landed" in str(raised)
            assert pickle.loads(pickle.dumps(raised)).args == raised.args
    for secret in (TOKEN, CLIENT_SECRET, "Basic ", "Bearer "):
        assert secret not in caplog.text + traceback


def test_a_failure_writes_nothing_to_stderr():
    code = (
        "import sys\n"
        "from tests.support.scripted_spotify import fetch_playlist\n"
        "try:\n"
        "    fetch_playlist(sys.argv[1], '0' * 22)\n"
        "except Exception as error:\n"
        "    print(type(error).__name__)\n"
    )
    with scripted_server(error_reply(404)) as (url, _):
        completed = subprocess.run(
            [sys.executable, "-c", code, url],
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert (completed.stdout, completed.stderr) == ("AccessDenied\n", "")
