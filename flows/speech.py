"""What a run says: in its log, and plainly in a terminal."""

from __future__ import annotations

from prefect import get_run_logger

from flows import IN_TERMINAL


def say(line: str) -> None:
    """A line for whoever watches."""
    get_run_logger().info(line)
    if IN_TERMINAL:
        print(line, flush=True)
