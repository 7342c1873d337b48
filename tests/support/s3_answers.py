"""Answers of S3 to the requests about a bucket's settings, in forms that moto does not know."""

from __future__ import annotations

from typing import Any

import pytest


def answers_of(patch: pytest.MonkeyPatch, **answers: Any) -> None:
    """Let S3 answer the requests of these names so, and all others with nothing."""

    class Client:
        def __getattr__(self, name: str) -> Any:
            return lambda **given: answers.get(name, {})

    patch.setattr("etl.aws.bucket.open_client", lambda *given: Client())
