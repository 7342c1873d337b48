"""How Spotify is asked: retried where that helps, never longer than said, and without a trace."""

from __future__ import annotations

import logging

import requests
from requests.adapters import HTTPAdapter
from urllib3 import Retry


def new_session(backoff: float) -> requests.Session:
    """A session that asks again, `backoff` seconds later and then twice as late, when it failed.

    Retry-After can be a day, and urllib3 would sleep through it: a 429 is left to the caller.
    """
    keep_secrets_out_of_logs()
    retry = Retry(
        total=3,
        backoff_factor=backoff,
        status_forcelist=(500, 502, 503, 504),
        allowed_methods=frozenset(["GET"]),
        respect_retry_after_header=False,
        raise_on_status=False,
    )
    session = requests.Session()
    for scheme in ("https://", "http://"):
        session.mount(scheme, HTTPAdapter(max_retries=retry))
    return session


def keep_secrets_out_of_logs() -> None:
    """Keep spotipy from its own logs: at DEBUG it writes tokens and the client secret there.

    What it says at ERROR is raised here as well, where it is one.
    """
    for name in ("spotipy.client", "spotipy.oauth2"):
        logging.getLogger(name).addFilter(_is_nothing)


def _is_nothing(record: logging.LogRecord) -> bool:
    return False
