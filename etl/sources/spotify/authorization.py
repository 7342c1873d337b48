"""Access tokens: those of the user who logged in, or else those of the app itself."""

from __future__ import annotations

from typing import Protocol

import requests
from spotipy.cache_handler import CacheHandler, MemoryCacheHandler
from spotipy.oauth2 import SpotifyClientCredentials, SpotifyPKCE

from etl.errors import ConfigurationError
from etl.settings import Settings
from etl.sources.spotify.token_file import TokenFile

Timeout = tuple[float, float]


class Authorization(Protocol):
    """What spotipy asks for an access token. It never prompts."""

    def get_access_token(self, as_dict: bool = False) -> str:
        """A token that was valid a moment ago."""

    def renew(self) -> bool:
        """Get another token, because Spotify refused the last one."""


def authorize(settings: Settings, session: requests.Session, timeout: Timeout) -> Authorization:
    """The user's login if there is one, else the app's credentials. Raises ConfigurationError."""
    token_file = TokenFile(settings.spotify_token)
    if token_file.exists():
        return UserLogin(pkce_manager(settings, session, timeout, token_file), token_file)
    return AppCredentials(settings, session, timeout)


def pkce_manager(
    settings: Settings, session: requests.Session, timeout: Timeout, cache: CacheHandler
) -> SpotifyPKCE:
    """Spotify's login for apps that cannot keep a secret. Raises ConfigurationError."""
    check_credentials({"SPOTIPY_CLIENT_ID": settings.spotify_client_id or ""})
    manager = SpotifyPKCE(
        client_id=settings.spotify_client_id,
        redirect_uri=settings.spotify_redirect_uri,
        scope="playlist-read-private playlist-read-collaborative",
        cache_handler=cache,
        requests_session=session,
        requests_timeout=timeout,
        open_browser=False,
    )
    manager.OAUTH_AUTHORIZE_URL = f"{settings.spotify_accounts_url}authorize"
    manager.OAUTH_TOKEN_URL = f"{settings.spotify_accounts_url}api/token"
    return manager


class UserLogin:
    """The login that `chartlake login` saved in the token file."""

    def __init__(self, manager: SpotifyPKCE, token_file: TokenFile) -> None:
        self._manager = manager
        self._token_file = token_file

    def get_access_token(self, as_dict: bool = False) -> str:
        """The token in the file, renewed if its hour is over."""
        token = self._token_file.get_cached_token()
        if self._manager.is_token_expired(token):
            self._renew(token["access_token"])
            token = self._token_file.get_cached_token()
        return str(token["access_token"])

    def renew(self) -> bool:
        """Renew the refused token, once for all programs that share the file."""
        self._renew(self._token_file.get_cached_token()["access_token"])
        return True

    def _renew(self, refused: str) -> None:
        with self._token_file.lock:
            token = self._token_file.get_cached_token()
            if token["access_token"] == refused:
                self._manager.refresh_access_token(token["refresh_token"])


class AppCredentials:
    """The app's own credentials, which reach whatever needs no user."""

    def __init__(self, settings: Settings, session: requests.Session, timeout: Timeout) -> None:
        secret = settings.spotify_client_secret
        credentials = {
            "SPOTIPY_CLIENT_ID": settings.spotify_client_id or "",
            "SPOTIPY_CLIENT_SECRET": secret.get_secret_value() if secret else "",
        }
        check_credentials(credentials)
        self._manager = SpotifyClientCredentials(
            *credentials.values(),
            requests_session=session,
            requests_timeout=timeout,
            cache_handler=MemoryCacheHandler(),
        )
        self._manager.OAUTH_TOKEN_URL = f"{settings.spotify_accounts_url}api/token"

    def get_access_token(self, as_dict: bool = False) -> str:
        """The app's token for this hour."""
        return str(self._manager.get_access_token(as_dict=False))

    def renew(self) -> bool:
        """Get another token."""
        self._manager.cache_handler = MemoryCacheHandler()
        return True


def check_credentials(credentials: dict[str, str]) -> None:
    """Raise ConfigurationError where a credential is missing or cannot be one."""
    problems = [f"{name} is not set" for name, text in credentials.items() if not text]
    problems += [
        f"{name} is not plain ASCII" for name, text in credentials.items() if not text.isascii()
    ]
    if problems:
        raise ConfigurationError(
            f"Spotify was not asked, and nothing was landed: {' and '.join(problems)}. Both are"
            " shown at https://developer.spotify.com/dashboard. Chart files need neither."
        )
