"""The commands around the invented chart world."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from etl.cli.terminal import app, console


@app.command()
def demo(
    weeks: Annotated[int, typer.Option(min=2, max=520, help="How many weeks pass.")] = 26,
    into: Annotated[Path, typer.Option(help="The folder for its lake.")] = Path("demo-lake"),
) -> None:
    """Show the whole thing offline, on an invented chart world."""
    from demo.run import run_demo

    run_demo(weeks, into, console())


@app.command()
def sandbox(
    port: Annotated[int, typer.Option(help="0 takes a free one.")] = 8765,
) -> None:
    """Serve the invented chart world as a stand-in for the Spotify Web API."""
    from demo.run import serve_sandbox

    serve_sandbox(port, console())
