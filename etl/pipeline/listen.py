"""Listen: wait for notifications of files that other programs put into the landing zone."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from etl.aws.sqs import LONGEST_WAIT, Queue
from etl.lake.layout import PENDING
from etl.pipeline.announce import announce_landing
from etl.settings import Settings

# Many files land one after the other. They are announced together: after a pause of QUIET
# seconds, or after LATEST seconds at most.
QUIET = 2
LATEST = 30.0


def listen(
    queue: Queue,
    settings: Settings,
    wait: int = LONGEST_WAIT,
    *,
    clock: Callable[[], float] = time.monotonic,
) -> list[str]:
    """Wait up to `wait` seconds for files to land in the lake, and announce them; their names.

    Messages are deleted only after the announcement, so none is lost. Raises ServiceUnavailable
    where the Prefect server does not answer, and the errors of `Queue`.
    """
    messages = queue.receive(wait)
    if not messages:
        return []
    end = clock() + LATEST
    while clock() < end and (more := queue.receive(QUIET)):
        messages += more
    addresses = [address for message in messages for address in message.written]
    names = landed_names(addresses, settings.lake)
    announce_landing(settings, names)
    queue.delete(messages)
    return names


def landed_names(addresses: Iterable[str], location: str) -> list[str]:
    """The names of those raw files, among objects that were written, that landed in the lake."""
    zone = f"{location.rstrip('/')}/{PENDING}"
    written = dict.fromkeys(addresses)
    names = [one.removeprefix(zone) for one in written if one.startswith(zone)]
    # The empty object that stands for a folder is not a file.
    return [name for name in names if name and not name.endswith("/")]
