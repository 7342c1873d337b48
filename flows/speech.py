"""What a run says: lines in its log, and in the terminal if it was started there."""

from __future__ import annotations

import logging

from prefect import get_run_logger

_LOGGERS = ("prefect.flow_runs", "prefect.task_runs")


def say(line: str) -> None:
    """Add a line to the log of the run."""
    get_run_logger().info(line)


def print_to_terminal() -> logging.Handler:
    """Print what runs of this process say, and nothing of what Prefect adds."""
    printer = _Printer()
    for name in _LOGGERS:
        logging.getLogger(name).addHandler(printer)
    return printer


class _Printer(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        if record.pathname == __file__:
            print(record.getMessage(), flush=True)
