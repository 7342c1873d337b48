"""The commands that run under Prefect, and the one that sets a server up.

They start a process of their own, so that this one never loads Prefect.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from etl.cli.app import app, read_settings

# In a terminal, Prefect prints little and sends nothing but to its own server.
_QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    # A run prints its own lines; the server gets all of them.
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
}


@app.command()
def update(
    charts: Annotated[
        list[str] | None,
        typer.Argument(metavar="[CHART…]", help="Playlist ids or URLs; default CHARTLAKE_CHARTS."),
    ] = None,
) -> None:
    """Run the weekly flow: take each chart, process, crawl, refresh the mirror."""
    settings = read_settings(**({"charts": charts} if charts else {}))
    _run("update", *settings.charts)


@app.command()
def backfill(
    workers: Annotated[int, typer.Option(min=1, help="How many process at the same time.")] = 2,
    scheduler: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="The Dask cluster that has them; default: here."),
    ] = None,
) -> None:
    """Process very many pending files on several Dask workers, which publish whole partitions."""
    read_settings()
    _run("backfill", f"--workers={workers}", *([f"--scheduler={scheduler}"] if scheduler else []))


@app.command()
def deploy(
    notify: Annotated[
        str | None,
        typer.Option(
            metavar="URL|BLOCK", help="The webhook, or block, to notify of failures and gaps."
        ),
    ] = None,
    pool: Annotated[
        Path | None, typer.Option(metavar="FILE", help="One of pools/, for Docker or ECS.")
    ] = None,
) -> None:
    """Set up the Prefect server at PREFECT_API_URL: pool, limit, automations, deployments."""
    settings = read_settings()
    _run(
        "deploy",
        *([f"--notify={notify}"] if notify else []),
        *([f"--pool={pool}"] if pool else []),
        PREFECT_API_URL=settings.prefect_api_url or "",
    )


def _run(*arguments: str, **environment: str) -> None:
    quiet = {name: value for name, value in _QUIET.items() if name not in os.environ}
    command = [sys.executable, "-m", "flows", *arguments]
    try:
        ended = subprocess.run(command, env=os.environ | quiet | environment, check=False)
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    if ended.returncode:
        raise typer.Exit(ended.returncode)
