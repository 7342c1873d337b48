"""The stand-in for Spotify's accounts service, which issues access tokens."""

from __future__ import annotations

import hashlib
import secrets
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

CLIENT_ID = "chartlake-demo"
CLIENT_SECRET = "no-secret-for-an-invented-world"  # noqa: S105 - protects nothing
TOKEN_SECONDS = 3600

# The HTTP status and the JSON body.
TokenResponse = tuple[int, dict[str, Any]]


@dataclass(slots=True)
class Accounts:
    """The valid access tokens, refresh tokens, and authorization codes with their challenges.

    A refresh token is valid once; each refresh issues a new one.
    """

    tokens: set[str] = field(default_factory=set)
    codes: dict[str, str] = field(default_factory=dict)
    refresh_tokens: set[str] = field(default_factory=set)

    def authorize(self, query: Mapping[str, str]) -> str | None:
        """The URL to redirect the browser to, as if the user had agreed.

        None where a parameter is missing or the client id is unknown.
        """
        required = ("client_id", "redirect_uri", "code_challenge", "state")
        if not all(query.get(name) for name in required) or query["client_id"] != CLIENT_ID:
            return None
        code = secrets.token_urlsafe(16)
        self.codes[code] = query["code_challenge"]
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def issue_token(self, form: Mapping[str, str], authorization: str) -> TokenResponse:
        """A token for the app's credentials, an authorization code, or a refresh token.

        `authorization` is the value of the Authorization header.
        """
        match form.get("grant_type"):
            case "client_credentials":
                expected = b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
                if authorization != f"Basic {expected}":
                    return _error("invalid_client", "Invalid client")
                return 200, self._new_token()
            case "authorization_code":
                challenge = self.codes.pop(form.get("code", ""), None)
                if challenge is None or challenge != _challenge(form.get("code_verifier", "")):
                    return _error("invalid_grant", "Invalid authorization code")
                return 200, self._new_token() | self._new_refresh_token()
            case "refresh_token":
                if form.get("refresh_token") not in self.refresh_tokens:
                    return _error("invalid_grant", "Refresh token revoked")
                self.refresh_tokens.discard(form["refresh_token"])
                return 200, self._new_token() | self._new_refresh_token()
        unsupported = "grant_type parameter is missing or not supported"
        return _error("unsupported_grant_type", unsupported)

    def is_authorized(self, authorization: str) -> bool:
        """Whether the Authorization header has a valid access token."""
        scheme, _, token = authorization.partition(" ")
        return scheme == "Bearer" and token in self.tokens

    def _new_token(self) -> dict[str, Any]:
        token = secrets.token_urlsafe(32)
        self.tokens.add(token)
        return {"access_token": token, "token_type": "Bearer", "expires_in": TOKEN_SECONDS}

    def _new_refresh_token(self) -> dict[str, Any]:
        refresh_token = secrets.token_urlsafe(32)
        self.refresh_tokens.add(refresh_token)
        scope = "playlist-read-private playlist-read-collaborative"
        return {"refresh_token": refresh_token, "scope": scope}


def _challenge(verifier: str) -> str:
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def _error(code: str, description: str) -> TokenResponse:
    return 400, {"error": code, "error_description": description}
