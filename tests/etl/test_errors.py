from __future__ import annotations

import pickle
from itertools import chain
from typing import Any

import pytest

from etl import errors
from etl.errors import ChartlakeError, PermanentError, ServiceUnavailable, TransientError


def with_subclasses(kind: type[ChartlakeError]) -> list[type[ChartlakeError]]:
    return [kind, *chain.from_iterable(map(with_subclasses, kind.__subclasses__()))]


KINDS = with_subclasses(ChartlakeError)


# The fields of errors that need more than a message.
FIELDS: dict[type, dict[str, Any]] = {
    errors.ServiceUnavailable: {"service": "S3", "retry_after": 3.0},
    errors.AccessDenied: {"service": "Spotify", "status": 404},
    errors.NotPermitted: {"service": "Glue", "status": 400},
    errors.UnexpectedResponse: {"service": "MusicBrainz"},
}


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_can_be_pickled(kind):
    error = kind("What happened.", **FIELDS.get(kind, {}))
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is kind
    assert (str(copy), vars(copy)) == (str(error), vars(error))


def test_a_broken_rule_can_be_pickled_with_its_offenders():
    copy = pickle.loads(pickle.dumps(errors.InvalidRawFile("a rule", "first", "second")))
    assert (copy.rule, copy.offenders) == ("a rule", ("first", "second"))


@pytest.mark.parametrize("kind", KINDS)
def test_the_docstring_lists_every_error(kind):
    assert kind.__name__ in (errors.__doc__ or "")


def test_only_transient_errors_may_be_retried():
    assert ServiceUnavailable("x", service="S3", retry_after=3).retry_after == 3
    assert TransientError("x").retry_after is None
    assert not issubclass(PermanentError, TransientError)
