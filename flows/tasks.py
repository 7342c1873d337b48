"""The stages as Prefect tasks: thin, named, and retried where that can help."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from prefect import get_run_logger, task
from prefect.artifacts import create_link_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.tasks import Task, exponential_backoff

from etl import catalog, enrich, extract, mirror, process, report
from etl.errors import ChartlakeError, Refused, Unavailable
from etl.lake import open_lake
from etl.settings import load_settings
from etl.spotify.token_file import TokenFile
from flows import IN_TERMINAL

# A longer wait is not ours to sit out: the run ends, and says until when.
LONGEST_WAIT = 60.0


def is_curable(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Whether the same call may succeed within the retries of this run."""
    error = state.data
    if not isinstance(error, Unavailable) or (error.retry_after or 0) > LONGEST_WAIT:
        return False
    say(f"{error} It is tried again.")
    return True


_RETRIED: dict[str, Any] = {
    "retries": 3,
    "retry_delay_seconds": exponential_backoff(10),
    "retry_jitter_factor": 0.5,
    "retry_condition_fn": is_curable,
    "cache_policy": NO_CACHE,
}


@task(task_run_name="take {chart_id}", **_RETRIED)
def take_chart(chart_id: str) -> extract.Landing:
    """Take the chart through the Web API as it is now, and land it."""
    landing = extract.land_chart(load_settings(), chart_id)
    what = f"{landing.name}, {counted(landing.entries, 'entry', 'entries')}"
    say(f"landed     {what}" if landing.is_new else f"unchanged  {what}")
    return landing


@task(task_run_name="process what is pending", **_RETRIED)
def process_pending() -> process.Processed:
    """Transform, check, publish and archive everything that is pending."""
    settings = load_settings()
    processed = process.process_pending(open_lake(settings.lake), settings.format)
    say(f"published  {counted(processed.published, 'snapshot')}")
    for one in processed.quarantined:
        say(f"quarantined: {one.sentence}")
    return processed


@task(task_run_name="crawl", **_RETRIED)
def crawl() -> None:
    """Run the Glue crawler to its end; nothing happens where none is set."""
    crawler = load_settings().glue_crawler
    if not crawler:
        say("crawled    nothing: no crawler is set (CHARTLAKE_GLUE_CRAWLER)")
        return
    catalog.crawl(crawler)
    say(f"crawled    by {crawler}")


@task(task_run_name="enrich", cache_policy=NO_CACHE)
def enrich_tables(budget: int) -> bool:
    """Ask for what the snapshots lack and apply it; whether anything was learned.

    A snapshot is not lost or late because a source failed: that is said, and tried next time.
    """
    settings = load_settings()
    try:
        enriched = enrich.enrich(settings, budget)
        process.rebuild(open_lake(settings.lake), settings.format, only=enriched.partitions)
    except ChartlakeError as error:
        say(f"not enriched: {error}")
        return False
    for sentence in enriched.stopped:
        say(f"enriched no further: {sentence}")
    learned = f"{counted(enriched.tracks, 'track')}, {counted(enriched.artists, 'artist')}"
    say(f"enriched   with {learned}")
    return bool(enriched.partitions)


@task(task_run_name="refresh the mirror", **_RETRIED)
def refresh_mirror() -> mirror.Refreshed:
    """Bring the local DuckDB mirror up to what is published."""
    settings = load_settings()
    refreshed = mirror.refresh(open_lake(settings.lake), settings.mirror)
    say(f"mirrored   {counted(refreshed.snapshots, 'snapshot')} in {settings.mirror}")
    return refreshed


def warn_of_login() -> None:
    """Say when the user's login to Spotify ends, once that is near."""
    warning = TokenFile(load_settings().spotify_token).warning()
    if warning:
        say(warning)


@task(task_run_name="write the report", cache_policy=NO_CACHE)
def write_report() -> None:
    """Write the page about the charts beside the mirror, and link it from the run."""
    settings = load_settings()
    out = settings.mirror.with_name("report.html").resolve()
    charts = report.write_report(settings.mirror, out)
    create_link_artifact(
        out.as_uri(), "The report", key="report", description=f"of {charts} charts"
    )
    say(f"reported   {counted(charts, 'chart')} in {settings.mirror.with_name('report.html')}")


class Troubles:
    """Failures that do not stop the rest of a run, and fail it at its end."""

    def __init__(self) -> None:
        self._errors: list[ChartlakeError] = []

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Keep the failure of what is done within."""
        try:
            yield
        except ChartlakeError as error:
            self._errors.append(error)

    def raise_kept(self) -> None:
        """Raise what was kept: the one error, or all their sentences in one."""
        if len(self._errors) == 1:
            raise self._errors[0]
        if self._errors:
            raise Refused("\n".join(map(str, self._errors)))


def say(line: str) -> None:
    """A line for whoever watches: in the run's log, and plainly in a terminal."""
    get_run_logger().info(line)
    if IN_TERMINAL:
        print(line, flush=True)


def counted(number: int, one: str, many: str = "") -> str:
    """The number with its noun: `1 snapshot`, `2 snapshots`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
