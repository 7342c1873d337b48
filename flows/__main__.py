"""`python -m flows update`, `backfill` and `deploy`, as `chartlake` starts them."""

from __future__ import annotations

import argparse
import sys
from contextlib import nullcontext
from pathlib import Path

from etl.errors import ChartlakeError
from flows.backfill import backfill
from flows.setup import set_up
from flows.speech import print_to_terminal
from flows.update_lake import update_lake
from flows.workers import started_early


def main() -> None:
    """Run one of them; exit with 1, and a sentence on stderr, where it fails."""
    parser = argparse.ArgumentParser(prog="python -m flows")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("update").add_argument("charts", nargs="*")
    backfilling = commands.add_parser("backfill")
    backfilling.add_argument("--workers", type=int, default=2)
    backfilling.add_argument("--scheduler")
    deploy = commands.add_parser("deploy")
    deploy.add_argument("--notify")
    deploy.add_argument("--pool", type=Path)
    given = parser.parse_args()
    try:
        if given.command == "update":
            print_to_terminal()
            update_lake(given.charts or None)
        elif given.command == "backfill":
            print_to_terminal()
            with nullcontext() if given.scheduler else started_early(given.workers):
                backfill(given.workers, given.scheduler)
        else:
            for line in set_up(given.notify, given.pool):
                print(line, flush=True)
    except ChartlakeError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
