from __future__ import annotations

import pickle

import pytest

from etl import errors
from etl.errors import ChartlakeError, Refused, Unavailable


def descendants(kind: type) -> list[type]:
    children: list[type] = kind.__subclasses__()
    return [kind, *(one for child in children for one in descendants(child))]


KINDS = descendants(ChartlakeError)


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_survives_the_way_between_processes(kind):
    error = pickle.loads(pickle.dumps(kind("What happened.", retry_after=3, rule="a rule")))
    assert type(error) is kind
    assert (str(error), error.details) == ("What happened.", {"retry_after": 3, "rule": "a rule"})


@pytest.mark.parametrize("kind", KINDS)
def test_the_tree_is_drawn_in_the_docstring(kind):
    assert kind.__name__ in (errors.__doc__ or "")


def test_only_what_is_unavailable_is_worth_a_retry():
    assert Unavailable("x", retry_after=3).retry_after == 3
    assert Unavailable("x").retry_after is None
    assert not issubclass(Refused, Unavailable)
