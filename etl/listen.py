"""Listen: hear from a bucket's queue what other programs put into the landing zone."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from etl.announce import announce_landing
from etl.queue import LONGEST_WAIT, Message, Queue
from etl.snapshot import PENDING

# Many files land one after the other; they are told of together, once it is quiet for
# a while, or when somebody has to be told at last (seconds).
QUIET = 2
AT_LAST = 30.0


def listen(
    queue: Queue,
    location: str,
    wait: int = LONGEST_WAIT,
    *,
    clock: Callable[[], float] = time.monotonic,
) -> list[str]:
    """Wait for something to land in the lake at `location`, and announce it; gives the names.

    `wait` is in seconds. Messages are deleted once what they say is told, so none is lost:
    raises SourceUnavailable where the Prefect server cannot be told, and as `Queue` does.
    """
    messages = queue.receive(wait)
    if not messages:
        return []
    end = clock() + AT_LAST
    while clock() < end and (more := queue.receive(QUIET)):
        messages += more
    names = _landed(messages, location)
    announce_landing(location, names)
    queue.delete(messages)
    return names


def _landed(messages: Sequence[Message], location: str) -> list[str]:
    zone = f"{location.rstrip('/')}/{PENDING}"
    addresses = dict.fromkeys(address for one in messages for address in one.written)
    found = (one.removeprefix(zone) for one in addresses if one.startswith(zone))
    # A folder's own empty object is no file.
    return [name for name in found if name and not name.endswith("/")]
