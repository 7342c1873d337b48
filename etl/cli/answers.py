"""The commands that answer: what is known, and what there is."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from etl.cli.terminal import app, console, opened, settings_with
from etl.wording import counted


class Format(StrEnum):
    """How an answer is printed."""

    table = "table"
    csv = "csv"
    json = "json"


class Engine(StrEnum):
    """What answers a question."""

    duckdb = "duckdb"
    athena = "athena"


@app.command()
def query(
    sql: Annotated[str, typer.Argument(metavar="SQL", help="A question.")],
    format: Annotated[Format, typer.Option(help="How to print the answer.")] = Format.table,
    on: Annotated[Engine, typer.Option(help="The mirror, or Athena.")] = Engine.duckdb,
) -> None:
    """Ask the mirror, offline; or Athena, in its own dialect."""
    from etl.query import ask, ask_athena, print_table, to_csv, to_json

    settings = settings_with()
    answer = ask(settings.mirror, sql) if on is Engine.duckdb else ask_athena(settings, sql)
    if format is Format.table:
        print_table(answer, console())
    else:
        sys.stdout.write(to_csv(answer) if format is Format.csv else to_json(answer))


@app.command()
def report(
    out: Annotated[Path, typer.Option(help="The file to write.")] = Path("report.html"),
) -> None:
    """Write a page about the charts: one file, to open in any browser, offline."""
    from etl.report import write_report

    charts = write_report(settings_with().mirror, out)
    print(f"{out} tells of {counted(charts, 'chart')}")


@app.command()
def status(
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Show coverage and gaps, what is pending or quarantined, and the mirror's lag."""
    from etl.status import print_status, take_stock

    settings, lake = opened()
    stock = take_stock(lake, settings.mirror)
    if as_json:
        print(json.dumps(stock.document()))
    else:
        print_status(stock, settings.lake, str(settings.mirror), console())
