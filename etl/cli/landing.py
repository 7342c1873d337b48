"""The command that lands files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from etl.cli.app import app, open_settings, warn
from etl.cli.bulk import land_bulk_table
from etl.errors import ChartlakeError, InvalidInput
from etl.wording import counted, printable, shortened

if TYPE_CHECKING:
    from etl.lake import Lake
    from etl.mirror.status import ChartStatus
    from etl.pipeline.land import Landed
    from etl.pipeline.unpack import BulkTable, Content
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
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise typer.BadParameter("a time looks like 2026-11-23 or 2026-11-23T06:00:00Z") from error


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
    """Land chart files, bulk tables and saved responses, given themselves or in folders.

    Chart files are those of charts.spotify.com: of songs, artists and albums, of countries, cities
    and genres, viral and local pulse charts, daily and weekly. They land with their bytes
    untouched, as responses about playlists do. A bulk table has many charts and dates, as CSV, JSON
    or Parquet; it lands as a file for each chart and month. Of a table that does not name its one
    chart, give that.
    """
    from etl.lake.layout import PENDING, STATE

    settings, lake = open_settings()
    landing, moment = _Landing(lake, settings.mirror), _moment(at)
    paths = list(_taken(files, lake))
    charts_with_gaps: list[ChartStatus] = []
    try:
        # With the state of the lake, the first write need not ask for it.
        listed = lake.list(PENDING, STATE)
        for path, is_given in paths:
            landing.land(path, chart, moment, is_given=is_given)
        pending = [stored for stored in listed if stored.key.startswith(PENDING)]
        charts_with_gaps = landing.history.gaps_after(landing.landed, pending)
    except ChartlakeError as error:
        # The next file would fail in the same way.
        landing.fail(f"{error}\n{_how_far(landing.done, len(paths))}")
    for one in charts_with_gaps:
        gaps = f"{counted(len(one.gaps), 'period')}: {shortened(one.gaps)}"
        print(printable(f"{one.chart_name} still lacks {gaps}"))
    for sentence in landing.history.unreadable.values():
        landing.fail(sentence)
    _announce(settings, landing.names)
    if landing.failed:
        raise typer.Exit(1)


class _Landing:
    """The files that land, as they are printed."""

    def __init__(self, lake: Lake, mirror: Path) -> None:
        from etl.pipeline.land import History

        self._lake = lake
        self.history = History(lake, mirror)
        self.landed: list[Landed] = []
        self.names: list[str] = []
        self.done = 0
        self.failed = False

    def fail(self, sentence: str) -> None:
        """Print a sentence; others may land all the same."""
        warn(sentence)
        self.failed = True

    def land(
        self, path: Path, chart: str | None, moment: datetime | None, *, is_given: bool
    ) -> None:
        """Land what a file holds. It is a failure if a file that was given holds nothing."""
        from etl.files import scratch_folder
        from etl.pipeline.unpack import contents

        taken = 0
        with scratch_folder() as folder:
            try:
                found = [path] if moment else contents(path, Path(folder), chart)
                for content in found:
                    taken += self._take(content, chart, moment)
                if is_given and not taken:
                    self.fail(f"Nothing in {path} can be landed.")
            except InvalidInput as error:
                self.fail(str(error))
        self.done += 1

    def _take(self, content: Content, chart: str | None, moment: datetime | None) -> bool:
        """Land a table or a raw file; False for what is left where it is."""
        from etl.pipeline.folder import Left
        from etl.pipeline.unpack import BulkTable

        try:
            if isinstance(content, InvalidInput):
                raise content
            if isinstance(content, Left):
                print(printable(f"left {content.path}: {content.why}"))
                return False
            if isinstance(content, BulkTable):
                self._land_table(content)
            else:
                self._land_file(content, chart, moment)
        except InvalidInput as error:
            self.fail(str(error))
        return True

    def _land_table(self, found: BulkTable) -> None:
        table = land_bulk_table(self._lake, found)
        self.names += table.names
        if not table.rows:
            why = "no row could be landed" if table.set_aside.counts else "it has no rows"
            self.fail(f"{table.name}: {why}")

    def _land_file(self, path: Path, chart: str | None, moment: datetime | None) -> None:
        from etl.pipeline.land import land_file

        landed = land_file(self._lake, path, chart, moment)
        standing = self.history.standing(landed)
        self.landed.append(landed)
        self.names.append(landed.name)
        print(printable(f"landed {landed.name}{_STANDINGS[standing]}"))


def _how_far(landed: int, given: int) -> str:
    return (
        f"{landed:,} of {counted(given, 'file')} landed. To land the rest, give all of them again:"
        " no snapshot is published twice."
    )


def _taken(paths: list[Path], lake: Lake) -> Iterator[tuple[Path, bool]]:
    """The files to land, and whether each was given itself; what is left of folders is printed."""
    from etl.pipeline.folder import Left, raw_files_in

    for path in paths:
        for found in raw_files_in(path, lake) if path.is_dir() else [path]:
            if isinstance(found, Left):
                print(printable(f"left {found.path}: {found.why}"))
            else:
                yield found, found is path


def _announce(settings: Settings, names: Sequence[str]) -> None:
    from etl.pipeline.announce import announce_landing

    try:
        announce_landing(settings, names)
    except ChartlakeError as error:
        warn(str(error))
