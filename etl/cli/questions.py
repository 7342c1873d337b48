"""The commands that answer questions: query, report and status."""

from __future__ import annotations

import json
import math
import sys
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from etl.cli.app import app, console, open_settings, read_settings, warn
from etl.wording import counted, printable

if TYPE_CHECKING:
    from etl.database import QueryResult
    from etl.mirror.status import Status
    from etl.settings import Settings


class Format(StrEnum):
    """How a result is printed."""

    table = "table"
    csv = "csv"
    json = "json"


class Engine(StrEnum):
    """What runs a query."""

    duckdb = "duckdb"
    athena = "athena"


class SqlCommand(TyperCommand):
    """A command whose argument is SQL, which may begin with a comment."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse arguments; a text that begins with `--` and contains a space is no option."""
        sql = [text for text in args if _is_comment(text)]
        if not sql or "--" in args:
            return super().parse_args(ctx, args)
        options = [text for text in args if not _is_comment(text)]
        return super().parse_args(ctx, [*options, "--", *sql])


@app.command(cls=SqlCommand)
def query(
    sql: Annotated[str, typer.Argument(metavar="SQL", help="A query, a .sql file, or - (stdin).")],
    format: Annotated[Format, typer.Option(help="How to print the result.")] = Format.table,
    on: Annotated[Engine, typer.Option(help="The mirror, or Athena.")] = Engine.duckdb,
) -> None:
    """Query the mirror, offline; or Athena, in its own dialect."""
    from etl.cli.tables import print_table, to_csv, to_json
    from etl.mirror.query import query_mirror

    settings = read_settings()
    sql = _query_text(sql)
    is_local = on is Engine.duckdb
    result = query_mirror(settings.mirror, sql) if is_local else _query_athena(settings, sql)
    if format is Format.table:
        print_table(result, console())
    else:
        sys.stdout.write(to_csv(result) if format is Format.csv else to_json(result))


@app.command()
def report(
    out: Annotated[Path, typer.Option(help="The file to write.")] = Path("report.html"),
    chart: Annotated[str | None, typer.Option(help="A chart's id, or a part of its name.")] = None,
    market: Annotated[str | None, typer.Option(help="A country's code, or `global`.")] = None,
) -> None:
    """Write a page about the charts of all kinds: one file, to open in any browser, offline."""
    from etl.report import write_report

    if not out.name or out.is_dir():
        raise typer.BadParameter(f"{out} is a folder; name a file", param_hint="--out")
    charts = write_report(read_settings().mirror, out, chart=chart, market=market)
    print(f"Wrote {out} ({counted(charts, 'chart')})")


@app.command()
def status(
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
    joins: Annotated[
        bool, typer.Option("--joins", help="How well songs are joined to recordings.")
    ] = False,
) -> None:
    """Show coverage and gaps, what is pending or quarantined, and how far the mirror lags."""
    if joins:
        from etl.cli.joins import print_joins

        print_joins(read_settings().mirror, as_json=as_json)
        return
    from etl.errors import LakeError
    from etl.mirror.status import read_status
    from etl.pipeline.contradictions import contradictions
    from etl.sources.chart_names import chart_name

    settings, lake = open_settings()
    found = read_status(lake, settings.mirror)
    for sentence in filter(None, (found.mirror_problem, *(one.sentence for one in found.unusable))):
        warn(sentence)
    try:
        contradicted = contradictions(lake)
    except LakeError as error:  # a reader of AWS's template may not read raw files
        warn(f"Bulk tables were not compared with chart files: {error}")
        contradicted = []
    if as_json:
        more = {"contradictions": list(map(asdict, contradicted))} if contradicted else {}
        print(json.dumps(found.document() | more))
    else:
        _print_status(found, settings)
        for one in contradicted:
            chart, where = chart_name(one.chart_id), counted(one.positions, "position")
            print(f"{chart}, {one.day}: a bulk table differs from the chart file at {where}")
    if found.unusable:
        raise typer.Exit(1)


def _is_comment(text: str) -> bool:
    return text.startswith("--") and any(map(str.isspace, text))


def _query_text(given: str) -> str:
    if given == "-":
        return sys.stdin.read()
    if not given.endswith(".sql") or "\n" in given:
        return given
    from etl.errors import QueryError

    try:
        return Path(given).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise QueryError(f"{given} cannot be read: {reason}. No query was run.") from error


def _query_athena(settings: Settings, sql: str) -> QueryResult:
    from etl.aws.athena import run_query
    from etl.errors import ConfigurationError

    if not settings.athena_database:
        raise ConfigurationError(
            "Set CHARTLAKE_ATHENA_DATABASE to the database that has the tables of the lake;"
            " the query was not run."
        )
    return run_query(sql, settings.athena_database, settings.athena_workgroup, settings.aws)


def _print_status(found: Status, settings: Settings) -> None:
    from rich.markup import escape
    from rich.table import Table

    table = Table("chart", "snapshots", "first", "last", "gaps", box=None, header_style="bold")
    table.columns[0].no_wrap = True
    table.columns[1].justify = "right"
    for chart in sorted(found.charts, key=lambda one: one.chart_name):
        table.add_row(
            escape(printable(chart.chart_name)),
            f"{chart.snapshots:,}",
            chart.first,
            chart.last,
            _gaps(chart.gaps),
        )
    out = console()
    out.print(f"lake    {settings.lake}", markup=False)
    out.print(f"mirror  {settings.mirror}", markup=False)
    out.print(table if found.charts else "No chart is published yet.")
    out.print(
        f"published {found.published:,} · pending {found.pending:,} ·"
        f" quarantined {found.quarantined:,} · mirror holds {found.mirror.snapshots:,},"
        f" {found.mirror.behind:,} behind"
    )
    if credits := found.credits.entries:
        # Rounded down, so that 100 % means all of them.
        share = math.floor(1000 * found.credits.resolved / credits) / 10
        out.print(f"credits {share} % resolved")


def _gaps(gaps: tuple[str, ...]) -> str:
    if not gaps:
        return "none"
    return gaps[0] + (f" and {len(gaps) - 1:,} more" if len(gaps) > 1 else "")
