"""The functions that AWS Lambda calls, with an event and a context.

What they print goes to the function's log.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from etl.aws.sqs import written_objects
from etl.failures import Failures
from etl.lake import open_lake
from etl.pipeline.catalog import catalog_lines
from etl.pipeline.extract import take_chart
from etl.pipeline.listen import landed_names
from etl.pipeline.process import Processed, process_pending
from etl.serverless.spotify_access import spotify_settings
from etl.settings import Settings, load_settings
from etl.sources.spotify.token_file import TokenFile
from etl.wording import counted, printable

Event = Mapping[str, Any]


def land_charts(_event: Event, _context: object) -> list[str]:
    """Take each chart in the settings as it is now, and land it; the names of the raw files.

    A chart that cannot be taken fails the call at its end, and stops nothing before. Lambda then
    repeats the call: a chart that has not changed since is not landed again.
    """
    names = []
    with spotify_settings() as settings, Failures() as failures:
        if warning := TokenFile(settings.spotify_token).warning():
            print(warning)
        lake = open_lake(settings.lake, settings.aws)
        for chart_id in settings.charts:
            with failures.deferred():
                capture = take_chart(lake, settings, chart_id)
                names.append(capture.name)
                entries = counted(capture.entries, "entry", "entries")
                verb = "landed" if capture.is_new else "unchanged"
                print(printable(f"{verb} {capture.chart_name}, {entries}, as {capture.name}"))
    return names


def process_landed(event: Event, _context: object) -> dict[str, list[dict[str, str]]]:
    """Process everything that is pending; the messages that the queue is to deliver again.

    These announce a file that could not be read or published, and is still pending. If the call
    fails, the queue delivers all of them again. Whatever is delivered twice finds nothing left to
    do. Without messages, as a schedule calls it, it processes what no message announced, and fails
    if a file is still pending.
    """
    settings = load_settings()
    messages = {
        message["messageId"]: set(landed_names(written_objects(message["body"]), settings.lake))
        for message in event.get("Records", ())
    }
    if messages and not any(messages.values()):
        print("nothing landed")  # a test event, with which S3 tries out the queue
        return {"batchItemFailures": []}
    processed = _process(settings)
    if not messages:
        processed.raise_for_pending()
    pending = {name for one in processed.still_pending for name in one.names}
    again = [identifier for identifier, names in messages.items() if names & pending]
    return {"batchItemFailures": [{"itemIdentifier": identifier} for identifier in again]}


def _process(settings: Settings) -> Processed:
    lake = open_lake(settings.lake, settings.aws)
    processed = process_pending(lake, settings.format)
    print(f"published {counted(processed.published, 'snapshot')}")
    for quarantined in processed.quarantined:
        print(f"quarantined: {quarantined.sentence}")
    for one in processed.still_pending:
        print(f"still pending: {one.sentence}")
    if processed.published:
        for line in catalog_lines(settings, lake):
            print(line)
    return processed
