"""The file that keeps a user's login between runs."""

from __future__ import annotations

import json
import os
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from filelock import FileLock
from spotipy.cache_handler import CacheHandler

from etl.errors import Misconfigured

# Since June 2026 a login ends six months after it was made; renewing does not prolong it.
# https://developer.spotify.com/blog/2026-06-18-refresh-token-expiration
LIFETIME = timedelta(days=182)
WARNED = timedelta(days=31)


class TokenFile(CacheHandler):  # type: ignore[misc]
    """A login in a file that only its owner may read, written whole or not at all."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def exists(self) -> bool:
        """Whether there is a login."""
        return self.path.is_file()

    @property
    def lock(self) -> FileLock:
        """Held while a login is renewed: Spotify may take each renewal only once."""
        return FileLock(self.path.with_name(f".{self.path.name}.lock"), timeout=60)

    def get_cached_token(self) -> dict[str, Any]:
        """The token as spotipy knows it, and `authorized_at`. Raises Misconfigured."""
        try:
            token = json.loads(self.path.read_text(encoding="utf-8"))
            if {"access_token", "refresh_token", "expires_at"} <= set(token):
                return dict(token)
        except (OSError, ValueError, TypeError):
            pass
        raise Misconfigured(
            f"The login in {self.path} cannot be read. Delete the file and run `chartlake login`."
        )

    def save_token_to_cache(self, token_info: dict[str, Any]) -> None:
        """Keep the token, and when the user gave it, which Spotify does not tell."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        kept = {"authorized_at": self._authorized_at() or now, **token_info}
        try:
            self._write(json.dumps(kept))
        except OSError as error:
            # A renewed login that is not kept is a lost login.
            raise Misconfigured(
                f"The login cannot be kept in {self.path}: {error.strerror}. Set"
                " CHARTLAKE_SPOTIFY_TOKEN to a file that can be written, and run `chartlake login`."
            ) from error

    def warning(self, now: datetime | None = None) -> str | None:
        """A sentence once the login has a month to live or less; None before."""
        authorized_at = self._authorized_at() if self.exists() else None
        if authorized_at is None:
            return None
        ends_at = datetime.fromisoformat(authorized_at) + LIFETIME
        if (now or datetime.now(UTC)) < ends_at - WARNED:
            return None
        return (
            f"The login to Spotify of {authorized_at[:10]} ends on {ends_at:%Y-%m-%d}."
            " Run `chartlake login` before."
        )

    def _authorized_at(self) -> str | None:
        try:
            kept = json.loads(self.path.read_text(encoding="utf-8"))["authorized_at"]
            return datetime.fromisoformat(kept).isoformat()
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def _write(self, text: str) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # mkstemp's files are their owner's alone from the first moment.
        descriptor, draft = tempfile.mkstemp(prefix=".token-", dir=self.path.parent)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(draft).replace(self.path)
        except BaseException:
            Path(draft).unlink(missing_ok=True)
            raise
