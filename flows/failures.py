"""How a run fails: after all else is done, and in a sentence that says what to do."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, Self, TypeVar

from prefect.client.schemas.objects import State
from prefect.states import Failed
from prefect.task_engine import TaskRunTimeoutError

from etl.errors import ChartlakeError, Refused

P = ParamSpec("P")
R = TypeVar("R")


def said_plainly(body: Callable[P, R]) -> Callable[P, R | State[BaseException]]:
    """Let a flow that raises ChartlakeError fail with its sentence as the state's message.

    Prefect by itself puts words of its own before it, and a traceback in the log.
    """

    @wraps(body)
    def plainly(*arguments: P.args, **named: P.kwargs) -> R | State[BaseException]:
        try:
            return body(*arguments, **named)
        except ChartlakeError as error:
            return Failed(message=str(error), data=error)
        except TaskRunTimeoutError as error:
            sentence = (
                f"A task took too long and was ended: {error} What was published before is whole;"
                " the next run goes on from there."
            )
            return Failed(message=sentence, data=error)

    return plainly


class Troubles:
    """Failures that do not stop the rest of a run, and fail it at its end.

    They are raised where the context ends, with what ended it if that is one of ours: the one
    error, or all their sentences in one.
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
            raise Refused("\n".join(map(str, self._errors)))

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Keep the failure of what is done within."""
        try:
            yield
        except ChartlakeError as error:
            self._errors.append(error)


def _is_news(record: logging.LogRecord) -> bool:
    """Leave out tracebacks of our own failures, whose sentences say it all, and echoes of them."""
    if record.exc_info and isinstance(record.exc_info[1], ChartlakeError):
        record.exc_info = None
        return not record.getMessage().startswith("Engine execution exited")
    return True


for _name in ("prefect.flow_runs", "prefect.task_runs"):
    logging.getLogger(_name).addFilter(_is_news)
