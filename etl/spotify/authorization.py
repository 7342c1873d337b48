"""Who asks: the user who logged in, or else the app itself."""

from __future__ import annotations

from typing import Protocol

import requests
from spotipy.cache_handler import CacheHandler, MemoryCacheHandler
from spotipy.oauth2 import SpotifyClientCredentials, SpotifyPKCE

from etl.errors import Misconfigured
from etl.settings import Settings
from etl.spotify.token_file import TokenFile

Timeout = tuple[float, float]


class Authorization(Protocol):
    """What spotipy asks for an access token; it never asks anyone anything."""

    def get_access_token(self, as_dict: bool = False) -> str:
        """A token that was valid a moment ago."""

    def renew(self) -> bool:
        """Get another token, as Spotify refused the last one."""


def authorize(settings: Settings, session: requests.Session, timeout: Timeout) -> Authorization:
    """The user's login where there is one, else the app's credentials. Raises Misconfigured."""
    file = TokenFile(settings.spotify_token)
    if file.exists():
        return UserLogin(pkce(settings, session, timeout, file), file)
    return AppLogin(settings, session, timeout)


def pkce(
    settings: Settings, session: requests.Session, timeout: Timeout, kept_in: CacheHandler
) -> SpotifyPKCE:
    """Spotify's login for apps that cannot keep a secret. Raises Misconfigured."""
    refuse_faults({"SPOTIPY_CLIENT_ID": settings.spotify_client_id or ""})
    manager = SpotifyPKCE(
        client_id=settings.spotify_client_id,
        redirect_uri=settings.spotify_redirect_uri,
        scope="playlist-read-private playlist-read-collaborative",
        cache_handler=kept_in,
        requests_session=session,
        requests_timeout=timeout,
        open_browser=False,
    )
    manager.OAUTH_AUTHORIZE_URL = f"{settings.spotify_accounts_url}authorize"
    manager.OAUTH_TOKEN_URL = f"{settings.spotify_accounts_url}api/token"
    return manager


class UserLogin:
    """The login that `chartlake login` left in the token file."""

    def __init__(self, manager: SpotifyPKCE, file: TokenFile) -> None:
        self._manager = manager
        self._file = file

    def get_access_token(self, as_dict: bool = False) -> str:
        """The token of the file, renewed where its hour is over."""
        token = self._file.get_cached_token()
        if self._manager.is_token_expired(token):
            self._renew(token["access_token"])
            token = self._file.get_cached_token()
        return str(token["access_token"])

    def renew(self) -> bool:
        """Renew the token that Spotify refused, once for all programs that share the file."""
        self._renew(self._file.get_cached_token()["access_token"])
        return True

    def _renew(self, refused: str) -> None:
        with self._file.lock:
            token = self._file.get_cached_token()
            if token["access_token"] == refused:
                self._manager.refresh_access_token(token["refresh_token"])


class AppLogin:
    """The app's own credentials, which reach whatever needs no user."""

    def __init__(self, settings: Settings, session: requests.Session, timeout: Timeout) -> None:
        secret = settings.spotify_client_secret
        credentials = {
            "SPOTIPY_CLIENT_ID": settings.spotify_client_id or "",
            "SPOTIPY_CLIENT_SECRET": secret.get_secret_value() if secret else "",
        }
        refuse_faults(credentials)
        self._manager = SpotifyClientCredentials(
            *credentials.values(),
            requests_session=session,
            requests_timeout=timeout,
            cache_handler=MemoryCacheHandler(),
        )
        self._manager.OAUTH_TOKEN_URL = f"{settings.spotify_accounts_url}api/token"

    def get_access_token(self, as_dict: bool = False) -> str:
        """The app's token of this hour."""
        return str(self._manager.get_access_token(as_dict=False))

    def renew(self) -> bool:
        """Get another token."""
        self._manager.cache_handler = MemoryCacheHandler()
        return True


def refuse_faults(credentials: dict[str, str]) -> None:
    """Raise Misconfigured where one of the credentials is missing or cannot be one."""
    faults = [f"{name} is not set" for name, text in credentials.items() if not text]
    foreign = [name for name, text in credentials.items() if not text.isascii()]
    faults += [f"{name} is not plain ASCII" for name in foreign]
    if faults:
        raise Misconfigured(
            f"Spotify cannot be asked: {' and '.join(faults)}; nothing was landed. Both are"
            " shown at https://developer.spotify.com/dashboard; chart files need neither."
        )
