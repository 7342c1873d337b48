"""The commands that move data: from files to the lake, and from the lake to the mirror."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from etl.cli.app import app, open_settings, progress_bar, read_settings, warn
from etl.errors import ChartlakeError
from etl.wording import counted, printable, shortened

if TYPE_CHECKING:
    from etl.lake import Lake
    from etl.pipeline.folder import Left
    from etl.settings import Settings

_STANDINGS = {
    None: "",
    "new": "",
    "known": " (known: published already)",
    "replaces": " (replaces what is published)",
}


def _chart_id(text: str | None) -> str | None:
    from etl.lake.layout import is_chart_id

    if text is not None and not is_chart_id(text):
        raise typer.BadParameter("a chart id consists of letters, digits, '.', '_' and '-' alone")
    return text


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter("a time looks like 2026-11-23 or 2026-11-23T06:00:00Z") from error
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


@app.command()
def land(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Files or folders.")],
    chart: Annotated[
        str | None, typer.Option(callback=_chart_id, help="The chart, if the file does not say.")
    ] = None,
    at: Annotated[
        str | None, typer.Option(help="The time (UTC), if the file does not say.")
    ] = None,
) -> None:
    """Land files in the lake, their bytes untouched; of folders, chart files and JSON."""
    from etl.pipeline.folder import Left
    from etl.pipeline.land import PublishedSnapshots, gaps_after_landing, land_file

    moment = _moment(at)
    settings, lake = open_settings()
    published, landed, failed = PublishedSnapshots(lake), [], False
    for path in _expanded(files, lake):
        if isinstance(path, Left):
            print(printable(f"left {path.path}: {path.why}"))
            continue
        try:
            landed.append(land_file(lake, path, chart, moment))
        except ChartlakeError as error:
            failed = True
            warn(str(error))
            continue
        standing = published.standing(landed[-1])
        print(printable(f"landed {landed[-1].name}{_STANDINGS[standing]}"))
    for chart_id, gaps in gaps_after_landing(lake, landed).items():
        print(f"{chart_id} still lacks {counted(len(gaps), 'period')}: {shortened(gaps)}")
    _announce(settings, [one.name for one in landed])
    if failed:
        raise typer.Exit(1)


@app.command()
def process() -> None:
    """Transform, check, publish and archive everything that is pending."""
    from etl.pipeline.process import process_pending

    settings, lake = open_settings()
    with progress_bar("processing") as progress:
        processed = process_pending(lake, settings.format, progress=progress)
    print(f"published {counted(processed.published, 'snapshot')}")
    for quarantined in processed.quarantined:
        warn(f"quarantined: {quarantined.sentence}")
    if processed.quarantined:
        raise typer.Exit(1)


@app.command()
def rebuild() -> None:
    """Write everything to the right of raw_data/ again from the archived raw files."""
    from etl.pipeline.rebuild import rebuild as rebuild_all

    settings, lake = open_settings()
    with progress_bar("rebuilding") as progress:
        rebuilt = rebuild_all(lake, settings.format, progress=progress)
    print(f"rebuilt from {counted(rebuilt.raw_files, 'raw file')}")
    for rejection in rebuilt.rejected:
        warn(f"{rejection.sentence}. It was left out, and stays in the archive.")
    if rebuilt.rejected:
        raise typer.Exit(1)


@app.command()
def enrich(
    budget: Annotated[int, typer.Option(min=1, help="The most requests to make.")] = 200,
) -> None:
    """Ask for genres and for what chart files lack, and apply it to what is published."""
    from etl.pipeline.enrich import enrich as enrich_lake
    from etl.pipeline.learn import genre_coverage

    settings, lake = open_settings()
    learned = enrich_lake(lake, settings, budget)
    known = genre_coverage(settings)
    print(
        f"learned about {counted(learned.tracks, 'track')} and"
        f" {counted(learned.artists, 'artist')}; genres are known for"
        f" {known.artists_with_genres:,} of {counted(known.artists, 'artist')}"
    )
    for sentence in learned.stopped:
        warn(sentence)


@app.command()
def purge(
    older_than: Annotated[int, typer.Option(min=1, metavar="DAYS", help="Older than this.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete what came through the Web API and is older; chart files stay."""
    from etl.pipeline.purge import plan_purge
    from etl.pipeline.purge import purge as purge_lake
    from etl.pipeline.unfinished import finish_unfinished

    settings, lake = open_settings()
    finish_unfinished(lake, settings.format)
    before = datetime.now(UTC) - timedelta(days=older_than)
    plan = plan_purge(lake, before)
    what = (
        f"{counted(plan.snapshot_count, 'snapshot')}, {counted(len(plan.raw_files), 'raw file')}"
        f" and {counted(len(plan.references), 'reference')} from before {before:%Y-%m-%d}"
    )
    if not yes:
        typer.confirm(f"Delete {what} for good?", abort=True)
    purge_lake(lake, settings, plan)
    print(f"deleted {what}")


@app.command()
def crawl() -> None:
    """Run the Glue crawler, so that Athena sees what is published."""
    from etl.pipeline.crawl import crawler_of

    crawler = crawler_of(read_settings())
    if crawler is None:
        print("no crawler is set (CHARTLAKE_GLUE_CRAWLER); skipped")
        return
    print(f"crawler {crawler.name} is running")
    crawler.run()
    print(f"crawler {crawler.name} succeeded")


@app.command()
def mirror() -> None:
    """Bring the local DuckDB mirror up to what is published."""
    from etl.mirror.refresh import refresh
    from etl.pipeline.unfinished import finish_unfinished

    settings, lake = open_settings()
    finish_unfinished(lake, settings.format)
    refreshed = refresh(lake, settings.mirror)
    print(
        f"{settings.mirror} holds {counted(refreshed.snapshots, 'snapshot')};"
        f" {counted(refreshed.partitions, 'partition')} copied"
    )


def _announce(settings: Settings, names: Sequence[str]) -> None:
    from etl.pipeline.announce import announce_landing

    try:
        announce_landing(settings, names)
    except ChartlakeError as error:
        warn(str(error))


def _expanded(paths: list[Path], lake: Lake) -> Iterator[Path | Left]:
    from etl.pipeline.folder import raw_files_in

    for path in paths:
        if path.is_dir():
            yield from raw_files_in(path, lake)
        else:
            yield path
