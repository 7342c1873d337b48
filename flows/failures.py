"""How a run fails: after everything else is done, and with a sentence that says what to do."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, Self, TypeVar

from prefect.client.schemas.objects import State
from prefect.states import Failed
from prefect.task_engine import TaskRunTimeoutError

from etl.errors import ChartlakeError, RunFailed

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


class Failures:
    """Failures that do not stop the rest of a run, and fail it at its end.

    They are raised where the context ends, together with the error that ended it: the one error,
    or a RunFailed with the sentences of all.
    """

    def __init__(self) -> None:
        self._errors: list[ChartlakeError] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, ChartlakeError):
            self._errors.append(error)
        elif error is not None:
            return
        if len(self._errors) == 1:
            raise self._errors[0]
        if self._errors:
            raise RunFailed("\n".join(map(str, self._errors)))

    @contextmanager
    def deferred(self) -> Iterator[None]:
        """Keep the failure of what is done within for the end of the run."""
        try:
            yield
        except ChartlakeError as error:
            self._errors.append(error)


def _leave_out_tracebacks() -> None:
    for name in ("prefect.flow_runs", "prefect.task_runs"):
        logging.getLogger(name).addFilter(_without_traceback)


def _without_traceback(record: logging.LogRecord) -> bool:
    """Drop tracebacks of our own failures, whose sentences say everything, and repetitions."""
    if record.exc_info and isinstance(record.exc_info[1], ChartlakeError):
        record.exc_info = None
        return not record.getMessage().startswith("Engine execution exited")
    return True
