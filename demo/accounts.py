"""The stand-in's accounts: who may enter, by the app's own credentials or by a user's login."""

from __future__ import annotations

import hashlib
import secrets
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

CLIENT_ID = "chartlake-demo"
CLIENT_SECRET = "no-secret-for-an-invented-world"  # noqa: S105 - it guards nothing
TOKEN_SECONDS = 3600

Answer = tuple[int, dict[str, Any]]


@dataclass(slots=True)
class Accounts:
    """The tokens that were given out; a user's login is renewed by a new secret each time."""

    tokens: set[str] = field(default_factory=set)
    codes: dict[str, str] = field(default_factory=dict)
    renewals: set[str] = field(default_factory=set)

    def authorize(self, given: Mapping[str, str]) -> str | None:
        """Where the browser goes when the user agrees, as this one always does."""
        wanted = ("client_id", "redirect_uri", "code_challenge", "state")
        if not all(given.get(name) for name in wanted) or given["client_id"] != CLIENT_ID:
            return None
        code = secrets.token_urlsafe(16)
        self.codes[code] = given["code_challenge"]
        return f"{given['redirect_uri']}?{urlencode({'code': code, 'state': given['state']})}"

    def issue(self, given: Mapping[str, str], login: str) -> Answer:
        """A token for credentials, for a code, or for a login's last secret."""
        match given.get("grant_type"):
            case "client_credentials":
                expected = b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
                if login != f"Basic {expected}":
                    return _refusal("invalid_client", "Invalid client")
                return 200, self._token()
            case "authorization_code":
                challenge = self.codes.pop(given.get("code", ""), None)
                if challenge is None or challenge != _challenge(given.get("code_verifier", "")):
                    return _refusal("invalid_grant", "Invalid authorization code")
                return 200, self._token() | self._renewal()
            case "refresh_token":
                if given.get("refresh_token") not in self.renewals:
                    return _refusal("invalid_grant", "Refresh token revoked")
                self.renewals.discard(given["refresh_token"])
                return 200, self._token() | self._renewal()
        unsupported = "grant_type parameter is missing or not supported"
        return _refusal("unsupported_grant_type", unsupported)

    def admits(self, authorization: str) -> bool:
        """Whether the header holds a token that was given out."""
        kind, _, token = authorization.partition(" ")
        return kind == "Bearer" and token in self.tokens

    def _token(self) -> dict[str, Any]:
        token = secrets.token_urlsafe(32)
        self.tokens.add(token)
        return {"access_token": token, "token_type": "Bearer", "expires_in": TOKEN_SECONDS}

    def _renewal(self) -> dict[str, Any]:
        renewal = secrets.token_urlsafe(32)
        self.renewals.add(renewal)
        scope = "playlist-read-private playlist-read-collaborative"
        return {"refresh_token": renewal, "scope": scope}


def _challenge(verifier: str) -> str:
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def _refusal(error: str, description: str) -> Answer:
    return 400, {"error": error, "error_description": description}
