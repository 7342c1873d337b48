"""The command line: the front door, thin."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console
from rich.progress import Progress

from etl.errors import ChartlakeError
from etl.snapshot import is_chart_id

if TYPE_CHECKING:
    from etl.lake import Lake
    from etl.settings import Settings

app = typer.Typer(
    name="chartlake",
    help="The history of a music chart: land, process, mirror, ask.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
out = Console(highlight=False, soft_wrap=True)


class Format(StrEnum):
    """How an answer is printed."""

    table = "table"
    csv = "csv"
    json = "json"


def main() -> NoReturn:
    """Run the command line; exit 0 done, 1 something failed, 2 wrong usage."""
    try:
        app()
    except ChartlakeError as error:
        _fail(str(error))
    except Exception as error:
        if "--traceback" in sys.argv:
            raise
        _fail(
            f"chartlake met something it does not know: {type(error).__name__}: {error}\n"
            "What was pending is still pending. Add --traceback to see where it happened."
        )
    sys.exit(0)


def _fail(sentence: str) -> NoReturn:
    print(sentence, file=sys.stderr)
    sys.exit(1)


@app.callback()
def _options(
    traceback: Annotated[
        bool, typer.Option("--traceback", help="Show where an unknown error happened.")
    ] = False,
) -> None:
    pass


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
    from etl.extract import land_file

    _, lake = _open()
    moment = _moment(at)
    failed = 0
    for path in _expanded(files):
        try:
            out.print(f"landed {land_file(lake, path, chart, moment)}", markup=False)
        except ChartlakeError as error:
            failed += 1
            print(error, file=sys.stderr)
    if failed:
        raise typer.Exit(1)


@app.command()
def process() -> None:
    """Transform, check, publish and archive everything that is pending."""
    from etl.process import process_pending

    settings, lake = _open()
    with _progress("processing") as progress:
        processed = process_pending(lake, settings.format, progress=progress)
    out.print(f"published {_count(processed.published, 'snapshot')}")
    for one in processed.quarantined:
        print(f"quarantined: {one.sentence}", file=sys.stderr)


@app.command()
def rebuild() -> None:
    """Write everything to the right of raw_data/ anew from the archived raw files."""
    from etl.process import rebuild as rebuild_all

    settings, lake = _open()
    with _progress("rebuilding") as progress:
        rebuilt = rebuild_all(lake, settings.format, progress=progress)
    out.print(f"rebuilt from {_count(rebuilt.raw_files, 'raw file')}")
    for one in rebuilt.broken:
        print(
            f"{one.name} breaks the rule “{one.rule}” and was left out; it lies in the archive.",
            file=sys.stderr,
        )
    if rebuilt.broken:
        raise typer.Exit(1)


@app.command()
def crawl() -> None:
    """Run the Glue crawler, so that Athena sees what is published."""
    from etl.catalog import crawl as run_crawler

    crawler = _settings().glue_crawler
    if not crawler:
        out.print("no crawler is set (CHARTLAKE_GLUE_CRAWLER); skipped")
        return
    with out.status(f"crawler {crawler} is at work"):
        run_crawler(crawler)
    out.print(f"crawler {crawler} succeeded", markup=False)


@app.command()
def mirror() -> None:
    """Bring the local DuckDB mirror up to what is published."""
    from etl.mirror import refresh

    settings, lake = _open()
    refreshed = refresh(lake, settings.mirror)
    out.print(
        f"{settings.mirror} holds {_count(refreshed.snapshots, 'snapshot')};"
        f" {_count(refreshed.partitions, 'partition')} taken in",
        markup=False,
    )


@app.command()
def query(
    sql: Annotated[str, typer.Argument(metavar="SQL", help="A question to the mirror.")],
    format: Annotated[Format, typer.Option(help="How to print the answer.")] = Format.table,
) -> None:
    """Ask the mirror, offline."""
    from etl.query import ask, print_table, to_csv, to_json

    answer = ask(_settings().mirror, sql)
    if format is Format.table:
        print_table(answer, Console())
    else:
        sys.stdout.write(to_csv(answer) if format is Format.csv else to_json(answer))


@app.command()
def status(
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Show coverage and gaps, what is pending or quarantined, and the mirror's lag."""
    from etl.status import print_status, take_stock

    settings, lake = _open()
    stock = take_stock(lake, settings.mirror)
    if as_json:
        print(json.dumps(stock.document()))
    else:
        print_status(stock, settings.lake, str(settings.mirror), Console(highlight=False))


@app.command()
def update(
    charts: Annotated[
        list[str] | None,
        typer.Argument(metavar="[CHART…]", help="Playlist ids or URLs; default CHARTLAKE_CHARTS."),
    ] = None,
) -> None:
    """Run the weekly flow: take each chart, process, crawl, refresh the mirror."""
    settings = _settings(**({"charts": charts} if charts else {}))
    from flows.update_lake import update_lake

    update_lake(list(settings.charts))


@app.command()
def demo(
    weeks: Annotated[int, typer.Option(min=2, max=520, help="How many weeks pass.")] = 26,
    into: Annotated[Path, typer.Option(help="The folder for its lake.")] = Path("demo-lake"),
) -> None:
    """Show the whole thing offline, on an invented chart world."""
    from demo.run import run_demo

    run_demo(weeks, into, Console(highlight=False))


@app.command()
def sandbox(
    port: Annotated[int, typer.Option(help="0 takes a free one.")] = 8765,
) -> None:
    """Serve the invented chart world as a stand-in for the Spotify Web API."""
    from demo.run import serve_sandbox

    serve_sandbox(port, Console(highlight=False))


def _settings(**given: object) -> Settings:
    from etl.settings import load_settings

    return load_settings(**given)


def _open() -> tuple[Settings, Lake]:
    from etl.lake import open_lake

    settings = _settings()
    return settings, open_lake(settings.lake)


def _expanded(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(one for one in path.rglob("*") if one.is_file())
        else:
            yield path


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


@contextmanager
def _progress(verb: str) -> Iterator[Callable[[int, int], None]]:
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(verb, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
