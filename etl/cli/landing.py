"""The command that lands files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from etl.cli.app import app, open_settings, warn
from etl.cli.bulk import land_tables
from etl.errors import ChartlakeError, InvalidInput
from etl.wording import counted, printable, shortened

if TYPE_CHECKING:
    from etl.lake import Lake
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
    """Land files in the lake, their bytes untouched; of folders, chart files and JSON.

    A bulk table, which has many charts and dates, lands as a file for each chart and month.
    """
    from etl.pipeline.land import History, land_file

    moment = _moment(at)
    settings, lake = open_settings()
    history, landed, failed = History(lake, settings.mirror), [], False
    table_names: list[str] = []
    paths = list(_taken(files, lake))
    try:
        for path in paths:
            try:
                if not (chart or moment) and (tables := land_tables(lake, path)):
                    table_names += [name for table in tables for name in table.names]
                    failed = failed or not all(table.rows for table in tables)
                    continue
                landed.append(land_file(lake, path, chart, moment))
            except InvalidInput as error:
                failed = True
                warn(str(error))
                continue
            standing = history.standing(landed[-1])
            print(printable(f"landed {landed[-1].name}{_STANDINGS[standing]}"))
        charts_with_gaps = history.gaps_after(landed)
    except ChartlakeError as error:
        # The next file would fail in the same way.
        warn(f"{error}\n{_how_far(len(landed), len(paths))}")
        charts_with_gaps, failed = [], True
    for one in charts_with_gaps:
        gaps = f"{counted(len(one.gaps), 'period')}: {shortened(one.gaps)}"
        print(printable(f"{one.chart_name} still lacks {gaps}"))
    for sentence in history.unreadable.values():
        warn(sentence)
    _announce(settings, [*(one.name for one in landed), *table_names])
    if failed or history.unreadable:
        raise typer.Exit(1)


def _how_far(landed: int, given: int) -> str:
    return (
        f"{landed:,} of {counted(given, 'file')} landed. When the lake can be used again, land all"
        " of them again: no snapshot is published twice."
    )


def _taken(paths: list[Path], lake: Lake) -> Iterator[Path]:
    """The files to land; what is left of folders is printed."""
    from etl.pipeline.folder import Left, raw_files_in

    for path in paths:
        for found in raw_files_in(path, lake) if path.is_dir() else [path]:
            if isinstance(found, Left):
                print(printable(f"left {found.path}: {found.why}"))
            else:
                yield found


def _announce(settings: Settings, names: Sequence[str]) -> None:
    from etl.pipeline.announce import announce_landing

    try:
        announce_landing(settings, names)
    except ChartlakeError as error:
        warn(str(error))
