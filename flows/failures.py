"""How a run fails: with a sentence that says what to do."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from prefect.client.schemas.objects import State
from prefect.states import Failed
from prefect.task_engine import TaskRunTimeoutError

from etl.errors import ChartlakeError

P = ParamSpec("P")
R = TypeVar("R")


def with_plain_failures(body: Callable[P, R]) -> Callable[P, R | State[BaseException]]:
    """Let a flow that raises a ChartlakeError fail with its sentence as the state's message.

    By default, Prefect puts words of its own before it, and a traceback in the log.
    """

    @wraps(body)
    def plain(*arguments: P.args, **named: P.kwargs) -> R | State[BaseException]:
        _leave_out_tracebacks()
        try:
            return body(*arguments, **named)
        except ChartlakeError as error:
            return Failed(message=str(error), data=error)
        except TaskRunTimeoutError as error:
            sentence = (
                f"A task took too long and was stopped: {error} Everything published before is"
                " whole. The next run continues from there."
            )
            return Failed(message=sentence, data=error)

    return plain


def _leave_out_tracebacks() -> None:
    for name in ("prefect.flow_runs", "prefect.task_runs"):
        logging.getLogger(name).addFilter(_without_traceback)


def _without_traceback(record: logging.LogRecord) -> bool:
    """Drop tracebacks of our own failures, whose sentences say everything, and repetitions."""
    if record.exc_info and isinstance(record.exc_info[1], ChartlakeError):
        record.exc_info = None
        return not record.getMessage().startswith("Engine execution exited")
    return True
