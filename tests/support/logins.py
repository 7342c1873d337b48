"""A user's login to the stand-in for Spotify, without a browser."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import requests

from demo.web_api import CLIENT_ID, WebApi
from etl.settings import load_settings
from etl.sources.spotify.login import begin_login


def ended_login(web_api: WebApi, folder: Path) -> dict[str, Any]:
    """What `chartlake login` saves in its file, after the hour for which it is valid."""
    settings = load_settings(
        spotify_token=folder / "login.json",
        spotify_api_url=web_api.api_url,
        spotify_accounts_url=web_api.accounts_url,
        SPOTIPY_CLIENT_ID=CLIENT_ID,
    )
    begun = begin_login(settings)
    agreed = requests.get(begun.url, allow_redirects=False, timeout=5)
    begun.complete(agreed.headers["Location"])
    token: dict[str, Any] = json.loads(settings.spotify_token.read_text())
    return token | {"expires_at": 0}
