"""The commands around the invented chart world."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from etl.cli.app import app, console


class Shape(StrEnum):
    """What the contents of a playlist are called: since 2026, and before."""

    item = "item"
    track = "track"


@app.command()
def demo(
    weeks: Annotated[int, typer.Option(min=2, max=520, help="How many weeks pass.")] = 26,
    into: Annotated[Path, typer.Option(help="The folder for its lake.")] = Path("demo-lake"),
) -> None:
    """Show everything offline, on an invented chart world."""
    from demo.run import run_demo

    run_demo(weeks, into, console())


@app.command()
def sandbox(
    port: Annotated[int, typer.Option(help="0 takes a free one.")] = 8765,
    fault: Annotated[str | None, typer.Option(metavar="NAME", help="What goes wrong.")] = None,
    shape: Annotated[Shape, typer.Option(help="Responses of 2026, or older ones.")] = Shape.item,
) -> None:
    """Serve the invented chart world as a stand-in for the Spotify Web API."""
    from demo.faults import FAULTS
    from demo.run import serve_sandbox

    if fault is not None and fault not in FAULTS:
        raise typer.BadParameter(f"--fault is one of {', '.join(FAULTS)}")
    serve_sandbox(port, fault, shape.value, console())
