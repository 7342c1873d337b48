"""Stages and runs as Prefect tasks: thin, named, and retried where that can help."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from typing import Any

from prefect import runtime, task
from prefect.assets import materialize
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.concurrency.sync import concurrency
from prefect.tasks import Task, exponential_backoff

from etl import report
from etl.aws.glue import Crawler
from etl.errors import ChartlakeError, TransientError
from etl.lake import Lake, open_lake
from etl.mirror import refresh
from etl.mirror.charts import names_in_mirror
from etl.mirror.homes import HOMES, home_references
from etl.mirror.labels import listed_owners
from etl.mirror.reader import recent_gaps
from etl.pipeline import enrich, extract, process
from etl.pipeline.catalog import catalog_lines
from etl.pipeline.crawl import crawler_of, is_crawl_due
from etl.pipeline.identify import identify
from etl.pipeline.unfinished import finish_unfinished
from etl.settings import Settings
from etl.sources.chart_names import chart_name
from etl.wording import counted, printable
from flows import artifacts, events
from flows.assets import ASSETS, describe_assets, raw_assets
from flows.speech import say

# Where a service asks for a longer wait, in seconds, the run fails and says until when.
LONGEST_WAIT = 60.0
# The limit that `chartlake deploy` creates: one run at a time writes to the lake. A run that
# was killed holds it for this many seconds more.
WRITER = "chartlake-writer"
LEASE = 60
HOUR = 3600


def may_succeed_later(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Whether the same call may succeed within the retries of this run."""
    error = state.data
    if not isinstance(error, TransientError) or (error.retry_after or 0) > LONGEST_WAIT:
        return False
    say(f"{error} Retrying.")
    return True


# Without tags: before a task with a tag starts, Prefect asks the server whether the tag has a
# limit. The connection, idle since the task before, may be gone, which costs two seconds.
_ONCE: dict[str, Any] = {"cache_policy": NO_CACHE}
RETRIED: dict[str, Any] = _ONCE | {
    "retries": 3,
    "retry_delay_seconds": exponential_backoff(10),
    "retry_jitter_factor": 0.5,
    "retry_condition_fn": may_succeed_later,
}


def _take_name() -> str:
    settings, chart_id = (runtime.task_run.parameters[name] for name in ("settings", "chart_id"))
    return f"take {_shown(settings, chart_id)} {datetime.now(UTC):%Y-%m-%d}"


@task(task_run_name=_take_name, timeout_seconds=HOUR / 4, **RETRIED)
def take_chart(settings: Settings, chart_id: str) -> extract.Capture:
    """Take the chart through the Web API as it is now, and land it."""
    capture = extract.take_chart(_lake(settings), settings, chart_id)
    entries = counted(capture.entries, "entry", "entries")
    what = printable(f"{capture.chart_name}, {entries}, as {capture.name}")
    say(f"landed     {what}" if capture.is_new else f"unchanged  {what}")
    return capture


def process_pending(settings: Settings, work: process.Work | None = None) -> process.Processed:
    """Process what is pending, in a task that is named after it.

    The landing zone is listed again each time, so that no run depends on the event that started it.
    `work` is how to process the files, as `process.process_pending` takes it.
    """
    lake = _lake(settings)
    if process.pending_names(lake):
        with only_writer():
            # Another run may have processed it in the meantime.
            if names := process.pending_names(lake):
                task = process_files.with_options(asset_deps=raw_assets(names))
                return task(settings, names[0], len(names), work)
    finish_unfinished(lake, settings.format, writing=only_writer)
    say("published  nothing: nothing is pending")
    return process.Processed()


def _process_name() -> str:
    settings, first, files = map(runtime.task_run.parameters.get, ("settings", "first", "files"))
    if partition := (identity := identify(first)).partition:
        day = f"{identity.snapshot_at:%Y-%m-%d}" if identity.snapshot_at else partition.month
        first = f"{_shown(settings, partition.chart_id)} {day}"
    return f"process {first}{f' and {files - 1:,} more' if files > 1 else ''}"


def _shown(settings: Settings, chart_id: str) -> str:
    """The name of a chart; a playlist that is new gets its name by being processed."""
    return names_in_mirror(settings.mirror).get(chart_id) or chart_name(chart_id)


@materialize(*ASSETS, by="duckdb", task_run_name=_process_name, timeout_seconds=6 * HOUR, **RETRIED)
def process_files(
    settings: Settings, first: str, files: int, work: process.Work | None = None
) -> process.Processed:
    """Transform, check, publish and archive what is pending.

    The name of the first file, and how many there are, are for the task's name.
    """
    processed = process.process_pending(
        _lake(settings), settings.format, progress=artifacts.Progress(), work=work
    )
    say(f"published  {counted(processed.published, 'snapshot')}")
    for quarantined in processed.quarantined:
        say(f"quarantined: {quarantined.sentence}")
    for one in processed.still_pending:
        say(f"still pending: {one.sentence}")
    artifacts.show_quality(processed)
    describe_assets(settings.lake, processed.publication)
    return processed


def crawl(settings: Settings, has_published: bool) -> None:
    """Run the Glue crawler, if there is one, where something was published since it last ran.

    Then check that the tables in Glue, if they are set, show what is published.
    """
    crawler = crawler_of(settings)
    if crawler is not None:
        run_crawler(settings, crawler.name, has_published)
    if has_published and settings.athena_database:
        for line in catalog_lines(settings, _lake(settings)):
            say(f"catalog    {line}")


@task(task_run_name="crawl with {crawler_name}", timeout_seconds=HOUR, **RETRIED)
def run_crawler(settings: Settings, crawler_name: str, has_published: bool) -> None:
    """Run the crawler to its end, where this run has published, or an earlier one that died."""
    crawler = Crawler(crawler_name, settings.aws)
    if has_published or is_crawl_due(_lake(settings), crawler):
        crawler.run()
        say(f"crawled    with {crawler_name}")
    else:
        say("crawled    nothing: nothing was published")


@task(task_run_name="enrich, at most {budget} requests", timeout_seconds=6 * HOUR, **_ONCE)
def enrich_tables(settings: Settings, budget: int) -> bool:
    """Ask for what the snapshots lack and apply it; returns whether the mirror changed.

    A source that fails does not fail the run: it is reported, and asked again next time.
    """
    try:
        learned = enrich.enrich(_lake(settings), settings, budget, writing=only_writer)
    except ChartlakeError as error:
        say(f"not enriched: {error}")
        return False
    for sentence in learned.stopped:
        say(f"enrichment stopped: {sentence}")
    for one in learned.unusable:
        say(f"not enriched: {one.sentence}")
    what = f"{counted(learned.tracks, 'track')}, {counted(learned.artists, 'artist')}"
    say(f"enriched   with {what}")
    return bool(learned.partitions)


@task(task_run_name="refresh the mirror", timeout_seconds=HOUR, **RETRIED)
def refresh_mirror(settings: Settings) -> refresh.Refreshed:
    """Bring the local DuckDB mirror up to what is published; report gaps that came with it."""
    before = recent_gaps(settings.mirror)
    lake = _lake(settings)
    listed = finish_unfinished(lake, settings.format, writing=only_writer, listing=[HOMES])
    refreshed = refresh.refresh(
        lake,
        settings.mirror,
        homes=home_references(lake, listed),
        owners=listed_owners(settings.label_owners),
    )
    say(f"mirrored   {counted(refreshed.snapshots, 'snapshot')} in {settings.mirror}")
    for one in refreshed.unusable:
        say(f"not copied: {one.sentence}")
    names = names_in_mirror(settings.mirror)
    for chart_id, missing in recent_gaps(settings.mirror).items():
        if new := [day for day in missing if day not in before.get(chart_id, ())]:
            say(f"a gap      {names[chart_id]} lacks {', '.join(new)}")
            events.emit_gap(settings.lake, chart_id, names[chart_id], new)
    return refreshed


@task(task_run_name="write the report", timeout_seconds=HOUR / 4, **_ONCE)
def write_report(settings: Settings) -> None:
    """Write the report beside the mirror; show it, and the top ten, in the UI."""
    out = settings.mirror.with_name("report.html")
    charts = report.write_report(settings.mirror, out)
    artifacts.link_report(out.resolve(), charts)
    artifacts.show_top_ten(settings.mirror)
    say(f"reported   {counted(charts, 'chart')} in {out}")


def only_writer() -> AbstractContextManager[None]:
    """Wait until no other run writes to the lake.

    Two writers lose nothing, but one would repeat the other's work. The limit exists where
    `chartlake deploy` was run, which is where deployments are.
    """
    if runtime.deployment.id is None:
        return nullcontext()
    return concurrency(WRITER, occupy=1, strict=True, lease_duration=LEASE)


def _lake(settings: Settings) -> Lake:
    return open_lake(settings.lake, settings.aws)
