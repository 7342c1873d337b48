"""The HTTP session for Spotify: retries where they help, bounded waits, nothing in logs."""

from __future__ import annotations

import logging

import requests
from requests.adapters import HTTPAdapter
from urllib3 import Retry


def new_session(backoff: float) -> requests.Session:
    """A session that retries failed requests, after `backoff` seconds and then twice as long.

    It leaves status 429 to the caller: Retry-After can be a day, and urllib3 would sleep that long.
    """
    _keep_secrets_out_of_logs()
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


def _keep_secrets_out_of_logs() -> None:
    # spotipy logs tokens and the client secret at DEBUG. What it logs at ERROR is raised as well.
    for name in ("spotipy.client", "spotipy.oauth2"):
        logging.getLogger(name).addFilter(_drop)


def _drop(record: logging.LogRecord) -> bool:
    return False
