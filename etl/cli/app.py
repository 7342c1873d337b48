"""What all commands share: the application, the settings, and ways to print."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress

if TYPE_CHECKING:
    from etl.lake import Lake
    from etl.settings import Settings

# A table that is not printed to a terminal is as wide as it needs to be.
_UNBOUNDED = 10_000

app = typer.Typer(
    name="chartlake",
    help="The history of music charts, of songs, artists and albums: land, process, mirror, ask.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def _options(
    traceback: Annotated[
        bool, typer.Option("--traceback", help="Show where an unexpected error happened.")
    ] = False,
) -> None:
    pass


def console() -> Console:
    """The terminal, or a pipe in which nothing is cut off."""
    width = None if sys.stdout.isatty() else _UNBOUNDED
    return Console(highlight=False, width=width)


def warn(line: str) -> None:
    """Print a line to stderr."""
    print(line, file=sys.stderr)


def read_settings(**given: Any) -> Settings:
    """The settings; what is given outranks the environment."""
    from etl.settings import load_settings

    return load_settings(**given)


def open_settings() -> tuple[Settings, Lake]:
    """The settings, and the lake that they name."""
    from etl.lake import open_lake

    settings = read_settings()
    return settings, open_lake(settings.lake, settings.aws)


@contextmanager
def progress_bar(verb: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on stderr, which is told how much is done and how much there is."""
    stderr = Console(stderr=True)
    with Progress(console=stderr, transient=True, disable=not stderr.is_terminal) as bar:
        task = bar.add_task(verb, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
