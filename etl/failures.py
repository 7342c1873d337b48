"""Failures that do not stop the rest of a run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

from etl.errors import ChartlakeError, RunFailed


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
