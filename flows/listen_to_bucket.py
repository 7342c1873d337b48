"""The flow that hears from a bucket what other programs put into the landing zone."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from prefect import flow

from etl.errors import Misconfigured, Unavailable
from etl.listen import listen
from etl.queue import LONGEST_WAIT, Queue
from etl.wording import counted
from flows.blocks import load_settings
from flows.failures import said_plainly
from flows.speech import say

# After a failure, how long until the queue is asked again, in seconds.
PAUSE = 10.0


def _run_name() -> str:
    return f"listen-to-bucket {datetime.now(UTC):%Y-%m-%d %H:%M}"


@flow(name="listen-to-bucket", flow_run_name=_run_name)
@said_plainly
def listen_to_bucket(minutes: float = 60) -> int:
    """Announce for so many minutes what lands, so that process-pending starts; returns how much.

    It hears by the SQS queue at CHARTLAKE_QUEUE_URL, to which the bucket sends its notifications.
    """
    settings = load_settings()
    if not settings.queue_url:
        raise Misconfigured(
            "Set CHARTLAKE_QUEUE_URL to the SQS queue that the bucket tells of new files; nothing"
            " was heard. Without one, process-pending finds them on its schedule."
        )
    queue, landed = Queue(str(settings.queue_url)), 0
    end = time.monotonic() + 60 * minutes
    while (left := end - time.monotonic()) > 0:
        landed += _hear(queue, settings.lake, min(LONGEST_WAIT, int(left) + 1))
    return landed


def _hear(queue: Queue, lake: str, wait: int) -> int:
    try:
        names = listen(queue, lake, wait)
    except Unavailable as error:
        say(str(error))
        time.sleep(PAUSE)
        return 0
    if names:
        say(f"landed     {counted(len(names), 'file')}, {names[0]} first")
    return len(names)
