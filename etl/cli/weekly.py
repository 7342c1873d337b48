"""The commands that run under Prefect, and those that set it up: the only ones to load it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from etl.cli.terminal import app, settings_with


@app.command()
def update(
    charts: Annotated[
        list[str] | None,
        typer.Argument(metavar="[CHART…]", help="Playlist ids or URLs; default CHARTLAKE_CHARTS."),
    ] = None,
) -> None:
    """Run the weekly flow: take each chart, process, crawl, refresh the mirror."""
    settings = settings_with(**({"charts": charts} if charts else {}))
    from flows.update_lake import update_lake

    update_lake(list(settings.charts))


@app.command()
def deploy(
    notify: Annotated[
        str | None,
        typer.Option(
            metavar="URL|BLOCK", help="The webhook, or block, to tell of failures and gaps."
        ),
    ] = None,
    pool: Annotated[
        Path | None, typer.Option(metavar="FILE", help="One of pools/, for Docker or ECS.")
    ] = None,
) -> None:
    """Set up the Prefect server at PREFECT_API_URL: pool, limit, automations, deployments."""
    settings_with()
    from flows.setup import set_up

    for line in set_up(notify, pool):
        print(line, flush=True)
