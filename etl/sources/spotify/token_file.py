"""The file that keeps a user's login between runs."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from filelock import FileLock
from spotipy.cache_handler import CacheHandler

from etl.errors import ConfigurationError
from etl.files import write_file

# Since June 2026 a login ends six months after it was made; renewing does not extend it.
# https://developer.spotify.com/blog/2026-06-18-refresh-token-expiration
LIFETIME = timedelta(days=182)
WARNING_PERIOD = timedelta(days=31)


class TokenFile(CacheHandler):  # type: ignore[misc]
    """A login in a file that only its owner may read, written whole or not at all."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def exists(self) -> bool:
        """Whether there is a login."""
        return self.path.is_file()

    @property
    def lock(self) -> FileLock:
        """Held while a login is renewed: Spotify may accept each renewal only once."""
        return FileLock(self.path.with_name(f".{self.path.name}.lock"), timeout=60)

    def get_cached_token(self) -> dict[str, Any]:
        """The token as spotipy knows it, and `authorized_at`. Raises ConfigurationError."""
        try:
            token = json.loads(self.path.read_text(encoding="utf-8"))
            if {"access_token", "refresh_token", "expires_at"} <= set(token):
                return dict(token)
        except (OSError, ValueError, TypeError):
            pass
        raise ConfigurationError(
            f"The login in {self.path} cannot be read. Delete the file and run `chartlake login`."
        )

    def save_token_to_cache(self, token_info: dict[str, Any]) -> None:
        """Save the token, with the time of the login, which Spotify does not send."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        kept = {"authorized_at": self._authorized_at() or now, **token_info}
        try:
            write_file(self.path, json.dumps(kept).encode(), is_private=True)
        except OSError as error:
            # A renewed login that is not saved is lost.
            raise ConfigurationError(
                f"The login cannot be saved in {self.path}: {error.strerror}. Set"
                " CHARTLAKE_SPOTIFY_TOKEN to a file that can be written, and run `chartlake login`."
            ) from error

    def warning(self, now: datetime | None = None) -> str | None:
        """A sentence if the login ends within a month; None before, and without a login."""
        authorized_at = self._authorized_at() if self.exists() else None
        if authorized_at is None:
            return None
        ends_at = datetime.fromisoformat(authorized_at) + LIFETIME
        if (now or datetime.now(UTC)) < ends_at - WARNING_PERIOD:
            return None
        return (
            f"The login to Spotify of {authorized_at[:10]} ends on {ends_at:%Y-%m-%d}."
            " Run `chartlake login` before then."
        )

    def _authorized_at(self) -> str | None:
        try:
            kept = json.loads(self.path.read_text(encoding="utf-8"))["authorized_at"]
            return datetime.fromisoformat(kept).isoformat()
        except (OSError, ValueError, TypeError, KeyError):
            return None
