"""The stages as Prefect tasks: thin, named, and retried where that can help."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from prefect import runtime, task
from prefect.artifacts import create_progress_artifact, update_progress_artifact
from prefect.assets import materialize
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.concurrency.sync import concurrency
from prefect.context import AssetContext
from prefect.tasks import Task, exponential_backoff

from etl import catalog, enrich, extract, mirror, process, report
from etl.errors import ChartlakeError, Refused, Unavailable
from etl.lake import open_lake
from etl.settings import load_settings
from etl.snapshot import TABLES
from etl.spotify.token_file import TokenFile
from flows import artifacts, events
from flows.speech import counted, say

# A longer wait is not ours to sit out: the run ends, and says until when.
LONGEST_WAIT = 60.0
# The limit that `chartlake deploy` makes: one run at a time writes to the lake.
WRITER = "chartlake-writer"
ASSETS = {table: f"chartlake://{table}" for table in TABLES}


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


@task(task_run_name="take {chart_id}", timeout_seconds=900, **_RETRIED)
def take_chart(chart_id: str) -> extract.Landing:
    """Take the chart through the Web API as it is now, and land it."""
    landing = extract.land_chart(load_settings(), chart_id)
    what = f"{landing.name}, {counted(landing.entries, 'entry', 'entries')}"
    say(f"landed     {what}" if landing.is_new else f"unchanged  {what}")
    return landing


@materialize(*ASSETS.values(), by="duckdb", task_run_name="process what is pending", **_RETRIED)
def process_pending() -> process.Processed:
    """Transform, check, publish and archive everything that is pending."""
    settings = load_settings()
    with _only_writer():
        processed = process.process_pending(
            open_lake(settings.lake), settings.format, progress=_Progress()
        )
    say(f"published  {counted(processed.published, 'snapshot')}")
    for one in processed.quarantined:
        say(f"quarantined: {one.sentence}")
    artifacts.show_quality(processed)
    _describe_assets(settings.lake, processed.published)
    return processed


@task(task_run_name="crawl", timeout_seconds=3600, **_RETRIED)
def crawl() -> None:
    """Run the Glue crawler to its end; nothing happens where none is set."""
    crawler = load_settings().glue_crawler
    if not crawler:
        say("crawled    nothing: no crawler is set (CHARTLAKE_GLUE_CRAWLER)")
        return
    catalog.crawl(crawler)
    say(f"crawled    by {crawler}")


@task(task_run_name="enrich", **_ONCE)
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


@task(task_run_name="refresh the mirror", **_RETRIED)
def refresh_mirror() -> mirror.Refreshed:
    """Bring the local DuckDB mirror up to what is published."""
    settings = load_settings()
    refreshed = mirror.refresh(open_lake(settings.lake), settings.mirror)
    say(f"mirrored   {counted(refreshed.snapshots, 'snapshot')} in {settings.mirror}")
    return refreshed


@task(task_run_name="write the report", **_ONCE)
def write_report() -> None:
    """Write the page about the charts beside the mirror; show it, and the top ten, in the UI."""
    settings = load_settings()
    out = settings.mirror.with_name("report.html")
    charts = report.write_report(settings.mirror, out)
    artifacts.link_report(out.resolve(), charts)
    artifacts.show_top_ten(settings.mirror)
    for chart_id, missing in mirror.recent_gaps(settings.mirror).items():
        say(f"a gap      {chart_id} lacks {', '.join(missing)}")
        events.tell_gap(settings.lake, chart_id, missing)
    say(f"reported   {counted(charts, 'chart')} in {out}")


def warn_of_login() -> None:
    """Say when the user's login to Spotify ends, once that is near."""
    warning = TokenFile(load_settings().spotify_token).warning()
    if warning:
        say(warning)


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


class _Progress:
    """A bar in the UI, once there is more to do than one group of files."""

    def __init__(self) -> None:
        self._artifact: Any = None

    def __call__(self, done: int, total: int) -> None:
        share = 100 * done / total
        if self._artifact is None and done < total:
            self._artifact = create_progress_artifact(share, key="processing")
        elif self._artifact is not None:
            update_progress_artifact(self._artifact, share)


def _only_writer() -> Any:
    # Two writers lose nothing, but one would do the other's work again. The limit
    # is there where `chartlake deploy` was run, which is where deployments are.
    if runtime.deployment.id is None:
        return nullcontext()
    return concurrency(WRITER, occupy=1, strict=True)


def _describe_assets(lake: str, published: int) -> None:
    context = AssetContext.get()
    if context is None:
        return
    for key in ASSETS.values():
        context.add_asset_metadata(key, {"lake": lake, "snapshots_published": published})
