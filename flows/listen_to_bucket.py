"""The flow that waits for notifications of what other programs put into the landing zone."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from prefect import flow

from etl.aws.sqs import LONGEST_WAIT, Queue
from etl.errors import ConfigurationError, TransientError
from etl.pipeline.listen import listen
from etl.settings import Settings
from etl.wording import counted
from flows.blocks import load_settings
from flows.failures import with_plain_failures
from flows.speech import say

# How long to wait before asking the queue again after a failure, in seconds.
PAUSE = 10.0


def _run_name() -> str:
    return f"listen-to-bucket {datetime.now(UTC):%Y-%m-%d %H:%M}"


@flow(name="listen-to-bucket", flow_run_name=_run_name)
@with_plain_failures
def listen_to_bucket(minutes: float = 60) -> int:
    """Announce for so many minutes what lands, so that process-pending starts; how many files.

    The bucket sends its notifications to the SQS queue at CHARTLAKE_QUEUE_URL.
    """
    settings = load_settings()
    if not settings.queue_url:
        raise ConfigurationError(
            "Set CHARTLAKE_QUEUE_URL to the SQS queue that receives the bucket's notifications;"
            " nothing was done. Without one, process-pending finds new files on its schedule."
        )
    queue, landed = Queue(str(settings.queue_url), settings.aws), 0
    end = time.monotonic() + 60 * minutes
    while (left := end - time.monotonic()) > 0:
        landed += _listen(queue, settings, min(LONGEST_WAIT, int(left) + 1))
    return landed


def _listen(queue: Queue, settings: Settings, wait: int) -> int:
    try:
        names = listen(queue, settings, wait)
    except TransientError as error:
        say(str(error))
        time.sleep(PAUSE)
        return 0
    if names:
        say(f"landed     {counted(len(names), 'file')}, {names[0]} first")
    return len(names)
