"""A command of chartlake that appends each request it sends to AWS to a file, retries included."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from botocore.httpsession import URLLib3Session

from etl.cli import main


def count_requests(log: Path) -> None:
    """Append a line for each request: its method and URL."""
    send = URLLib3Session.send

    def counted(session: URLLib3Session, request: Any) -> Any:
        # One short line is appended whole, whichever thread writes it.
        with log.open("a", encoding="utf-8") as lines:
            lines.write(f"{request.method} {request.url}\n")
        return send(session, request)

    URLLib3Session.send = counted  # type: ignore[method-assign, assignment]


if __name__ == "__main__":
    count_requests(Path(sys.argv.pop(1)))
    main()
