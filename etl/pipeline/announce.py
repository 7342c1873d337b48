"""Announce: tell a Prefect server that files landed, without loading Prefect."""

from __future__ import annotations

import uuid
from base64 import b64encode
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from etl.errors import ServiceUnavailable
from etl.settings import Settings

LANDED = "chartlake.snapshot.landed"
LAKE_RESOURCE = "chartlake.lake"
_TIMEOUT = 15


def announce_landing(settings: Settings, names: Sequence[str]) -> bool:
    """Send the event that starts `process-pending`; returns whether a server is set.

    Raises ServiceUnavailable where PREFECT_API_URL names a server that does not accept it. The
    files stay pending; the next scheduled run finds them.
    """
    if not settings.prefect_api_url or not names:
        return False
    # Importing it takes as long as landing a file, and most landings need no server.
    import requests

    event: dict[str, Any] = {
        "id": str(uuid.uuid4()),
        "occurred": datetime.now(UTC).isoformat(),
        "event": LANDED,
        "resource": {
            "prefect.resource.id": LAKE_RESOURCE,
            "prefect.resource.name": settings.lake,
        },
        "payload": {"names": list(names[:100]), "files": len(names)},
    }
    try:
        response = requests.post(
            f"{settings.prefect_api_url.rstrip('/')}/events",
            json=[event],
            headers=_headers(settings),
            timeout=_TIMEOUT,
        )
        response.raise_for_status()
    except requests.RequestException as error:
        raise ServiceUnavailable(
            f"The Prefect server at {settings.prefect_api_url} could not be notified"
            f" ({type(error).__name__}). The landed files are pending, and the next scheduled run"
            " of process-pending finds them.",
            service="Prefect",
        ) from error
    return True


def _headers(settings: Settings) -> dict[str, str]:
    # As Prefect's own client does: user:password for a server, or a key for its cloud.
    if settings.prefect_api_auth_string:
        login = settings.prefect_api_auth_string.get_secret_value().encode()
        return {"Authorization": f"Basic {b64encode(login).decode()}"}
    if settings.prefect_api_key:
        return {"Authorization": f"Bearer {settings.prefect_api_key.get_secret_value()}"}
    return {}
