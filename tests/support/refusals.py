"""Lakes that refuse some of what is asked of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from etl.errors import ChartlakeError
from etl.lake.directory import DirectoryLake


def refuse(
    monkeypatch: pytest.MonkeyPatch,
    operation: str,
    error: ChartlakeError,
    when: Callable[[str], bool],
) -> None:
    """Let an operation of directory lakes fail for some keys, in this process."""
    original = getattr(DirectoryLake, operation)

    def refusing(self: DirectoryLake, key: str, *arguments: Any, **options: Any) -> Any:
        if when(key):
            raise error
        return original(self, key, *arguments, **options)

    monkeypatch.setattr(DirectoryLake, operation, refusing)
