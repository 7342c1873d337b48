"""The stages as Prefect tasks: thin, named, and retried where that can help."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from typing import Any

from prefect import runtime, task
from prefect.assets import materialize
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.concurrency.sync import concurrency
from prefect.tasks import Task, exponential_backoff

from etl import catalog, enrich, extract, mirror, process, report
from etl.errors import ChartlakeError, Unavailable
from etl.lake import open_lake
from etl.wording import counted
from flows import artifacts, events
from flows.assets import ASSETS, describe_assets, raw_assets
from flows.blocks import load_settings
from flows.speech import say

# A longer wait is not ours to sit out: the run ends, and says until when.
LONGEST_WAIT = 60.0
# The limit that `chartlake deploy` makes: one run at a time writes to the lake. A run
# that was killed holds it for so many seconds more.
WRITER = "chartlake-writer"
LEASE = 60
HOUR = 3600


def is_curable(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Whether the same call may succeed within the retries of this run."""
    error = state.data
    if not isinstance(error, Unavailable) or (error.retry_after or 0) > LONGEST_WAIT:
        return False
    say(f"{error} It is tried again.")
    return True


_ONCE: dict[str, Any] = {"cache_policy": NO_CACHE, "tags": ["chartlake"]}
_RETRIED: dict[str, Any] = _ONCE | {
    "retries": 3,
    "retry_delay_seconds": exponential_backoff(10),
    "retry_jitter_factor": 0.5,
    "retry_condition_fn": is_curable,
}


def _take_name() -> str:
    return f"take {runtime.task_run.parameters['chart_id']} {datetime.now(UTC):%Y-%m-%d}"


@task(task_run_name=_take_name, timeout_seconds=HOUR / 4, **_RETRIED)
def take_chart(chart_id: str) -> extract.Landing:
    """Take the chart through the Web API as it is now, and land it."""
    landing = extract.land_chart(load_settings(), chart_id)
    what = f"{landing.name}, {counted(landing.entries, 'entry', 'entries')}"
    say(f"landed     {what}" if landing.is_new else f"unchanged  {what}")
    return landing


def process_pending() -> int:
    """Process what is pending, in a task that is named after it; how many snapshots are new.

    The landing zone is listed anew each time, so that no run has to trust whatever started it.
    """
    if _pending():
        with _only_writer():
            # Another run may have processed it meanwhile.
            if names := _pending():
                return process_files.with_options(asset_deps=raw_assets(names))(names).published
    say("published  nothing: nothing is pending")
    return 0


def _pending() -> list[str]:
    return process.pending_names(open_lake(load_settings().lake))


def _process_name() -> str:
    first, *more = runtime.task_run.parameters["names"]
    return f"process {first}{f' and {len(more):,} more' if more else ''}"


@materialize(
    *ASSETS, by="duckdb", task_run_name=_process_name, timeout_seconds=6 * HOUR, **_RETRIED
)
def process_files(names: Sequence[str]) -> process.Processed:
    """Transform, check, publish and archive what is pending; `names` are for the task's name."""
    settings = load_settings()
    processed = process.process_pending(
        open_lake(settings.lake), settings.format, progress=artifacts.Progress()
    )
    say(f"published  {counted(processed.published, 'snapshot')}")
    for one in processed.quarantined:
        say(f"quarantined: {one.sentence}")
    artifacts.show_quality(processed)
    describe_assets(settings.lake, processed.news)
    return processed


@task(task_run_name="crawl by {crawler}", timeout_seconds=HOUR, **_RETRIED)
def crawl(crawler: str, has_news: bool) -> None:
    """Run the Glue crawler to its end, where this run has published, or an earlier one that died.

    That one is known by the crawler, which has not begun since.
    """
    if has_news or catalog.is_due(crawler, open_lake(load_settings().lake)):
        catalog.crawl(crawler)
        say(f"crawled    by {crawler}")
    else:
        say("crawled    nothing: nothing was published")


@task(task_run_name="enrich, {budget} requests at most", timeout_seconds=6 * HOUR, **_ONCE)
def enrich_tables(budget: int) -> bool:
    """Ask for what the snapshots lack and apply it; whether anything was learned.

    A snapshot is not lost or late because a source failed: that is said, and tried next time.
    """
    settings = load_settings()
    try:
        enriched = enrich.enrich(settings, budget)
        with _only_writer():
            process.rebuild(open_lake(settings.lake), settings.format, only=enriched.partitions)
    except ChartlakeError as error:
        say(f"not enriched: {error}")
        return False
    for sentence in enriched.stopped:
        say(f"enriched no further: {sentence}")
    learned = f"{counted(enriched.tracks, 'track')}, {counted(enriched.artists, 'artist')}"
    say(f"enriched   with {learned}")
    return bool(enriched.partitions)


@task(task_run_name="refresh the mirror", timeout_seconds=HOUR, **_RETRIED)
def refresh_mirror() -> mirror.Refreshed:
    """Bring the local DuckDB mirror up to what is published; tell of gaps that came with it."""
    settings = load_settings()
    before = mirror.recent_gaps(settings.mirror)
    refreshed = mirror.refresh(open_lake(settings.lake), settings.mirror)
    say(f"mirrored   {counted(refreshed.snapshots, 'snapshot')} in {settings.mirror}")
    for chart_id, missing in mirror.recent_gaps(settings.mirror).items():
        if new := [day for day in missing if day not in before.get(chart_id, ())]:
            say(f"a gap      {chart_id} lacks {', '.join(new)}")
            events.tell_gap(settings.lake, chart_id, new)
    return refreshed


@task(task_run_name="write the report", timeout_seconds=HOUR / 4, **_ONCE)
def write_report() -> None:
    """Write the page about the charts beside the mirror; show it, and the top ten, in the UI."""
    settings = load_settings()
    out = settings.mirror.with_name("report.html")
    charts = report.write_report(settings.mirror, out)
    artifacts.link_report(out.resolve(), charts)
    artifacts.show_top_ten(settings.mirror)
    say(f"reported   {counted(charts, 'chart')} in {out}")


def _only_writer() -> AbstractContextManager[None]:
    # Two writers lose nothing, but one would do the other's work again. The limit
    # is there where `chartlake deploy` was run, which is where deployments are.
    if runtime.deployment.id is None:
        return nullcontext()
    return concurrency(WRITER, occupy=1, strict=True, lease_duration=LEASE)
