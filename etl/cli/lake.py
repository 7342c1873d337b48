"""The commands that keep the lake."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from etl.cli.terminal import app, listed, opened, progress_bar, settings_with, warn
from etl.errors import ChartlakeError
from etl.snapshot import identify, is_chart_id
from etl.wording import counted

_STANDINGS = {
    "": "",
    "new": "",
    "known": " (known: published already)",
    "replaces": " (replaces what is published)",
}


def _chart_id(text: str | None) -> str | None:
    if text is not None and not is_chart_id(text):
        raise typer.BadParameter("a chart id is made of letters, digits, '.', '_' and '-' alone")
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
        str | None, typer.Option(callback=_chart_id, help="The chart, where a file cannot say.")
    ] = None,
    at: Annotated[str | None, typer.Option(help="The time (UTC), where a file cannot say.")] = None,
) -> None:
    """Land files in the lake, their bytes untouched."""
    from etl.land import Published, land_file
    from etl.status import gaps_after_landing

    moment = _moment(at)
    settings, lake = opened()
    published, failed, charts, landed = Published(lake), 0, set(), []
    for path in _expanded(files):
        try:
            name = land_file(lake, path, chart, moment)
        except ChartlakeError as error:
            failed += 1
            warn(str(error))
            continue
        print(f"landed {name}{_STANDINGS[published.standing(name, path)]}")
        charts.add(identify(name).chart_id)
        landed.append(name)
    for chart_id, gaps in gaps_after_landing(lake, filter(None, charts)).items():
        print(f"{chart_id} still lacks {counted(len(gaps), 'period')}: {listed(gaps)}")
    _announce(settings.lake, landed)
    if failed:
        raise typer.Exit(1)


@app.command()
def process() -> None:
    """Transform, check, publish and archive everything that is pending."""
    from etl.process import process_pending

    settings, lake = opened()
    with progress_bar("processing") as progress:
        processed = process_pending(lake, settings.format, progress=progress)
    print(f"published {counted(processed.published, 'snapshot')}")
    for one in processed.quarantined:
        warn(f"quarantined: {one.sentence}")


@app.command()
def rebuild() -> None:
    """Write everything to the right of raw_data/ anew from the archived raw files."""
    from etl.process import rebuild as rebuild_all

    settings, lake = opened()
    with progress_bar("rebuilding") as progress:
        rebuilt = rebuild_all(lake, settings.format, progress=progress)
    print(f"rebuilt from {counted(rebuilt.raw_files, 'raw file')}")
    for one in rebuilt.broken:
        warn(f"{one.name} breaks the rule “{one.rule}” and was left out; it lies in the archive.")
    if rebuilt.broken:
        raise typer.Exit(1)


@app.command()
def enrich(
    budget: Annotated[int, typer.Option(min=1, help="The most requests to make.")] = 200,
) -> None:
    """Ask for genres, and for what chart files lack, and apply it to what is published."""
    from etl.enrich import enrich as ask_sources
    from etl.enrich import genre_coverage
    from etl.mirror import refresh
    from etl.process import rebuild as rebuild_partitions

    settings, lake = opened()
    refresh(lake, settings.mirror)
    enriched = ask_sources(settings, budget)
    rebuild_partitions(lake, settings.format, only=enriched.partitions)
    refresh(lake, settings.mirror)
    known = genre_coverage(settings)
    print(
        f"learned of {counted(enriched.tracks, 'track')} and {counted(enriched.artists, 'artist')};"
        f" genres are known of {known.artists_with_genres:,} of {counted(known.artists, 'artist')}"
    )
    for sentence in enriched.stopped:
        warn(sentence)


@app.command()
def purge(
    older_than: Annotated[int, typer.Option(min=1, metavar="DAYS", help="Older than these days.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete what came through the Web API and is older; chart files stay."""
    from etl.mirror import refresh
    from etl.purge import purge as delete

    settings, lake = opened()
    before = datetime.now(UTC) - timedelta(days=older_than)
    doomed = delete(lake, settings.format, before, is_rehearsal=True)
    what = (
        f"{counted(doomed.snapshots, 'snapshot')}, {counted(doomed.raw_files, 'raw file')} and"
        f" {counted(doomed.references, 'reference')} of before {before:%Y-%m-%d}"
    )
    if not yes:
        typer.confirm(f"Delete {what} for ever?", abort=True)
    delete(lake, settings.format, before)
    refresh(lake, settings.mirror)
    print(f"deleted {what}")


@app.command()
def crawl() -> None:
    """Run the Glue crawler, so that Athena sees what is published."""
    from etl.catalog import crawl as run_crawler

    crawler = settings_with().glue_crawler
    if not crawler:
        print("no crawler is set (CHARTLAKE_GLUE_CRAWLER); skipped")
        return
    print(f"crawler {crawler} is at work")
    run_crawler(crawler)
    print(f"crawler {crawler} succeeded")


@app.command()
def mirror() -> None:
    """Bring the local DuckDB mirror up to what is published."""
    from etl.mirror import refresh

    settings, lake = opened()
    refreshed = refresh(lake, settings.mirror)
    print(
        f"{settings.mirror} holds {counted(refreshed.snapshots, 'snapshot')};"
        f" {counted(refreshed.partitions, 'partition')} taken in",
    )


def _announce(lake: str, names: list[str]) -> None:
    from etl.announce import announce_landing

    try:
        announce_landing(lake, names)
    except ChartlakeError as error:
        warn(str(error))


def _expanded(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            found = (one for one in path.rglob("*") if one.is_file())
            # What hides itself, such as .DS_Store, is no raw file.
            yield from sorted(one for one in found if not one.name.startswith("."))
        else:
            yield path
