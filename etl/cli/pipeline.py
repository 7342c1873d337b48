"""The commands that move data: within the lake, and from the lake to the mirror."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from etl.cli.app import app, open_settings, progress_bar, read_settings, warn
from etl.wording import counted


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
    for one in processed.still_pending:
        warn(f"still pending: {one.sentence}")
    if processed.quarantined or processed.still_pending:
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
    for unread in rebuilt.unread:
        warn(f"not read: {unread.sentence} What was published of it still is.")
    if rebuilt.rejected or rebuilt.unread:
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
    for one in learned.unusable:
        warn(f"not enriched: {one.sentence}")
    if learned.unusable:
        raise typer.Exit(1)


@app.command()
def purge(
    older_than: Annotated[
        int, typer.Option(min=1, max=36_500, metavar="DAYS", help="Older than this.")
    ],
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
    """Run the Glue crawler, and check that Athena sees what is published."""
    from etl.pipeline.crawl import crawler_of

    settings = read_settings()
    crawler = crawler_of(settings)
    if crawler is None:
        print("no crawler is set (CHARTLAKE_GLUE_CRAWLER); skipped")
    else:
        print(f"crawler {crawler.name} is running", flush=True)
        crawler.run()
        print(f"crawler {crawler.name} succeeded")
    if settings.athena_database:
        from etl.lake import open_lake
        from etl.pipeline.catalog import catalog_lines

        for line in catalog_lines(settings, open_lake(settings.lake, settings.aws)):
            print(line)


@app.command()
def mirror() -> None:
    """Bring the local DuckDB mirror up to what is published."""
    from etl.mirror.homes import HOMES, home_references
    from etl.mirror.labels import listed_owners
    from etl.mirror.refresh import refresh
    from etl.pipeline.unfinished import finish_unfinished

    settings, lake = open_settings()
    listed = finish_unfinished(lake, settings.format, listing=[HOMES])
    refreshed = refresh(
        lake,
        settings.mirror,
        homes=home_references(lake, listed),
        owners=listed_owners(settings.label_owners),
    )
    print(
        f"{settings.mirror} holds {counted(refreshed.snapshots, 'snapshot')};"
        f" {counted(refreshed.partitions, 'partition')} copied"
    )
    for one in refreshed.unusable:
        warn(f"not copied: {one.sentence}")
    if refreshed.unusable:
        raise typer.Exit(1)
