"""The command line: the front door, thin.

`terminal` holds what all commands share; the others hold the commands by what they are about.
"""

from __future__ import annotations

import sys
from typing import NoReturn

from etl.cli import access, answers, lake, weekly, world  # their import adds the commands
from etl.cli.terminal import app
from etl.errors import ChartlakeError

__all__ = ["access", "answers", "app", "lake", "main", "weekly", "world"]


def main() -> NoReturn:
    """Run the command line; exit 0 done, 1 something failed, 2 wrong usage."""
    try:
        app()
    except ChartlakeError as error:
        _fail(str(error))
    except Exception as error:
        if "--traceback" in sys.argv:
            raise
        _fail(
            f"chartlake met something it does not know: {type(error).__name__}: {error}\n"
            "What was pending is still pending. Add --traceback, right after chartlake, to see"
            " where it happened."
        )
    sys.exit(0)


def _fail(sentence: str) -> NoReturn:
    print(sentence, file=sys.stderr)
    sys.exit(1)
