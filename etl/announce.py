"""Announce: tell a Prefect server that something landed, without Prefect itself."""

from __future__ import annotations

import os
import uuid
from base64 import b64encode
from datetime import UTC, datetime
from typing import Any

import requests

from etl.errors import SourceUnavailable

LANDED = "chartlake.snapshot.landed"
LAKE_RESOURCE = "chartlake.lake"
_TIMEOUT = 15


def announce_landing(lake: str, names: list[str]) -> bool:
    """Give the event that starts `process-pending`; whether there is a server to be told.

    Raises SourceUnavailable where PREFECT_API_URL names a server that does not take it; what
    landed has landed, and is found by the next scheduled run.
    """
    api_url = os.environ.get("PREFECT_API_URL")
    if not api_url or not names:
        return False
    event: dict[str, Any] = {
        "id": str(uuid.uuid4()),
        "occurred": datetime.now(UTC).isoformat(),
        "event": LANDED,
        "resource": {"prefect.resource.id": LAKE_RESOURCE, "prefect.resource.name": lake},
        "payload": {"names": names[:100], "files": len(names)},
    }
    try:
        answer = requests.post(
            f"{api_url.rstrip('/')}/events", json=[event], headers=_headers(), timeout=_TIMEOUT
        )
        answer.raise_for_status()
    except requests.RequestException as error:
        raise SourceUnavailable(
            f"The Prefect server at {api_url} could not be told ({type(error).__name__}). What"
            " landed is pending, and the next scheduled run of process-pending finds it."
        ) from error
    return True


def _headers() -> dict[str, str]:
    # As Prefect's own client does: user:password for a server, or a key for its cloud.
    if login := os.environ.get("PREFECT_API_AUTH_STRING"):
        return {"Authorization": f"Basic {b64encode(login.encode()).decode()}"}
    if api_key := os.environ.get("PREFECT_API_KEY"):
        return {"Authorization": f"Bearer {api_key}"}
    return {}
