from __future__ import annotations

import logging
import pickle
import re
import subprocess
import sys
from datetime import UTC, datetime
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
from tests.support.scripted_spotify import SILENCE, TOKEN, Answer, answer, refusal, scripted, take

CHART = "5FN6Ego7eLX6zHuCMovIR2"
SHOWN = answer(200, {"id": CHART, "snapshot_id": "one"})
PAGE = answer(200, {"items": [], "total": 0, "next": None})

E = TypeVar("E", bound=ChartlakeError)


def failure(
    kind: type[E], match: str, *answers: Answer, login: Answer | None = None
) -> tuple[E, list[str]]:
    with (
        scripted(*answers, login=login) as (url, asked),
        pytest.raises(kind, match=match) as raised,
    ):
        take(url, CHART)
    return raised.value, asked


def test_contents_of_other_people_s_playlists_are_denied_in_development_mode():
    failure(AccessDenied, "only for its owner and collaborators", SHOWN, refusal(403))


def test_a_token_that_is_not_accepted_is_a_matter_of_configuration():
    failure(ConfigurationError, "SPOTIPY_CLIENT_ID", refusal(401))


def test_a_refusal_of_another_kind_is_unexpected():
    failure(UnexpectedResponse, "HTTP 418", refusal(418))


def test_a_server_that_stays_silent_may_answer_later():
    failure(ServiceUnavailable, "Check the network", answer(None, delay=SILENCE))


def test_a_short_throttle_is_sat_out():
    slept: list[float] = []
    throttled = refusal(429, retry_after="30")
    with scripted(throttled, SHOWN, throttled, PAGE, SHOWN) as (url, asked):
        assert take(url, CHART, slept=slept).entries == 0
    assert (slept, len(asked)) == ([30, 30], 5)


def test_a_throttle_that_stays_says_how_long_to_wait():
    raised, asked = failure(ServiceUnavailable, "too many requests", refusal(429, retry_after="30"))
    assert raised.retry_after == 30
    assert len(asked) == 4


@pytest.mark.parametrize("given", [{"retry_after": "61"}, {"reason": "QUOTA_EXCEEDED"}])
def test_a_long_throttle_and_a_used_up_quota_are_not_waited_for(given):
    _, asked = failure(ServiceUnavailable, "Run again", refusal(429, **given))
    assert len(asked) == 1


def test_a_body_that_breaks_off_once_is_asked_for_again():
    cut = SHOWN._replace(headers={"Content-Length": str(len(SHOWN.body) + 10)})
    with scripted(cut, SHOWN, PAGE, SHOWN) as (url, asked):
        assert take(url, CHART).entries == 0
    assert len(asked) == 4


def test_a_token_that_ended_before_its_time_is_renewed_once():
    with scripted(refusal(401), SHOWN, PAGE, SHOWN) as (url, _):
        assert take(url, CHART).entries == 0
    failure(ConfigurationError, "does not accept this app's credentials", refusal(401))


def test_a_lapsed_premium_is_named():
    lapsed = answer(403, {"error": {"status": 403, "message": "Active premium required"}})
    failure(AccessDenied, "needs an active Premium subscription", lapsed)


def test_a_used_up_quota_says_until_when():
    started = datetime.now(UTC)
    used_up = refusal(429, retry_after="86236", reason="QUOTA_EXCEEDED")
    raised, _ = failure(ServiceUnavailable, "quota is used up", used_up)
    until = re.search(r"Run again after (.+) UTC", str(raised))
    assert until
    waiting = datetime.fromisoformat(f"{until[1]}+00:00") - started
    assert 86234 < waiting.total_seconds() < 86300
    assert raised.retry_after == 86236


@pytest.mark.parametrize("waiting", ["soon", "", "-1", "9" * 400])
def test_a_throttle_that_says_nothing_sensible_is_still_one(waiting):
    failure(ServiceUnavailable, "too many requests", refusal(429, retry_after=waiting))


def test_a_throttle_whose_body_is_no_object_keeps_its_retry_after():
    throttled = answer(429, ["slow down"], Retry_After="7")
    assert failure(ServiceUnavailable, "too many requests", throttled)[0].retry_after == 7


def test_a_throttled_login_says_how_long_to_wait_as_well():
    login = refusal(429, retry_after="12")
    assert failure(ServiceUnavailable, "too many requests", PAGE, login=login)[0].retry_after == 12


def test_a_failure_that_passes_is_not_noticed():
    broken = answer(500, b"")
    with scripted(broken, broken, SHOWN, broken, PAGE, SHOWN) as (url, _):
        assert take(url, CHART).pages


@pytest.mark.parametrize("status", [500, 502, 503, 504, 520])
def test_a_failure_that_stays_may_pass_later(status):
    failure(ServiceUnavailable, rf"failed \(HTTP {status}\)", answer(status, b"<html>"))


def test_a_failing_login_may_pass_later():
    failure(ServiceUnavailable, "HTTP 503", PAGE, login=answer(503, b"oops"))


def test_a_body_that_breaks_off_may_be_whole_later():
    failure(
        ServiceUnavailable,
        "connection to Spotify failed",
        answer(200, b'{"id": "', Content_Length="900"),
    )


def test_a_dropped_connection_may_hold_later():
    failure(ServiceUnavailable, "connection to Spotify failed", answer(None))


@pytest.mark.parametrize("body", [b"<html>Please log in</html>", b"", b"[]", b'"words"', b"null"])
def test_a_page_of_a_proxy_is_unexpected(body):
    failure(UnexpectedResponse, "not a JSON object", answer(200, body))


# spotipy's own second try, after a TypeError, is one that it warns of.
@pytest.mark.filterwarnings("ignore:You're using 'as_dict:DeprecationWarning")
@pytest.mark.parametrize("body", [b"<html>", b"[]", b"{}", b'{"access_token": "x"}'])
def test_a_login_that_gives_no_token_is_unexpected(body):
    failure(UnexpectedResponse, "does not document", PAGE, login=answer(200, body))


@pytest.mark.parametrize("items", [None, {}, "words"])
def test_a_page_without_items_is_unexpected(items):
    failure(UnexpectedResponse, "without items", SHOWN, answer(200, {"items": items}))


@pytest.mark.parametrize("link", ["?offset=0", "?offset=-5", "?limit=50", "nowhere", "", 7])
def test_pages_that_lead_nowhere_are_unexpected(link):
    page = answer(200, {"items": [], "total": 9, "next": link})
    _, asked = failure(UnexpectedResponse, "does not come after it", SHOWN, page)
    assert len(asked) == 2


FAILURES = {
    "401": [refusal(401)],
    "403": [refusal(403)],
    "404": [refusal(404)],
    "429": [refusal(429, retry_after="9")],
    "500": [answer(500, b"")],
    "no JSON": [answer(200, b"<html>")],
    "cut": [answer(200, b"{", Content_Length="9")],
    "success": [SHOWN, PAGE, SHOWN],
}


@pytest.mark.parametrize("answers", FAILURES.values(), ids=FAILURES.keys())
def test_no_secret_reaches_logs_or_errors(answers, caplog):
    for name in ("", "spotipy", "spotipy.client", "spotipy.oauth2"):
        caplog.set_level(logging.DEBUG, logger=name)
    told = ""
    with scripted(*answers) as (url, _):
        try:
            take(url, CHART)
        except ChartlakeError as raised:
            told = "".join(format_exception(raised)) + repr(vars(raised))
            assert CHART in str(raised) and "nothing was landed" in str(raised)
            assert pickle.loads(pickle.dumps(raised)).args == raised.args
    for secret in (TOKEN, CLIENT_SECRET, "Basic ", "Bearer "):
        assert secret not in caplog.text + told


def test_a_failure_leaves_stderr_to_the_sentence():
    code = (
        "import sys\n"
        "from tests.support.scripted_spotify import take\n"
        "try:\n"
        "    take(sys.argv[1], '0' * 22)\n"
        "except Exception as error:\n"
        "    print(type(error).__name__)\n"
    )
    with scripted(refusal(404)) as (url, _):
        done = subprocess.run(
            [sys.executable, "-c", code, url],
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert (done.stdout, done.stderr) == ("AccessDenied\n", "")
