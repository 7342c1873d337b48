from __future__ import annotations

import pickle
from typing import Any

import pytest

from etl import errors
from etl.errors import ChartlakeError, PermanentError, ServiceUnavailable, TransientError


def descendants(kind: type) -> list[type]:
    children: list[type] = kind.__subclasses__()
    return [kind, *(one for child in children for one in descendants(child))]


KINDS = descendants(ChartlakeError)


# Those that need more than a message, with what they need.
FIELDS: dict[type, dict[str, Any]] = {
    errors.ServiceUnavailable: {"service": "S3", "retry_after": 3.0},
    errors.AccessDenied: {"service": "Spotify", "status": 404},
    errors.UnexpectedResponse: {"service": "MusicBrainz"},
}


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_survives_the_way_between_processes(kind):
    error = kind("What happened.", **FIELDS.get(kind, {}))
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is kind
    assert (str(copy), vars(copy)) == (str(error), vars(error))


def test_a_broken_rule_survives_with_what_breaks_it():
    copy = pickle.loads(pickle.dumps(errors.InvalidRawFile("a rule", "one", "two")))
    assert (copy.rule, copy.offenders) == ("a rule", ("one", "two"))


@pytest.mark.parametrize("kind", KINDS)
def test_the_tree_is_drawn_in_the_docstring(kind):
    assert kind.__name__ in (errors.__doc__ or "")


def test_only_transient_errors_are_worth_a_retry():
    assert ServiceUnavailable("x", service="S3", retry_after=3).retry_after == 3
    assert TransientError("x").retry_after is None
    assert not issubclass(PermanentError, TransientError)
