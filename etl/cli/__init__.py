"""The command line. Commands parse their arguments, call one run, and print what it returns."""

from __future__ import annotations

import sys
import tempfile
from typing import NoReturn

# Importing adds the commands.
from etl.cli import access, ask, aws, demo, engines, flows, landing, pipeline, questions, verify
from etl.cli.app import app
from etl.errors import ChartlakeError

__all__ = [
    "access",
    "app",
    "ask",
    "aws",
    "demo",
    "engines",
    "flows",
    "landing",
    "main",
    "pipeline",
    "questions",
    "verify",
]

# Typer's exit status after Ctrl-C, and that of shells.
_INTERRUPTED = 130


def main() -> NoReturn:
    """Run the command line; exit with 0 done, 1 something failed, 2 wrong usage, 130 Ctrl-C."""
    try:
        app()
    except ChartlakeError as error:
        _fail(str(error))
    except Exception as error:
        if "--traceback" in sys.argv:
            raise
        if isinstance(error, RuntimeError) and str(error) == "Query interrupted":
            sys.exit(_INTERRUPTED)  # what DuckDB makes of Ctrl-C
        if isinstance(error, OSError):
            # Where a file was to take the place of another, that one is meant.
            named = error.filename2 or error.filename
            _fail(
                f"{error.strerror or error}{f': {named}' if named else ''}\n"
                "What was published before is whole, and pending files are still pending. Check"
                " that the disk has space and that you may write to it (temporary files are in"
                f" {tempfile.gettempdir()}; TMPDIR changes that), then run the command again."
            )
        _fail(
            f"Unexpected error: {type(error).__name__}: {error}\n"
            "Pending files are still pending. Run the command again with --traceback, right after"
            " chartlake, to see where it happened."
        )
    sys.exit(0)


def _fail(sentence: str) -> NoReturn:
    print(sentence, file=sys.stderr)
    sys.exit(1)
