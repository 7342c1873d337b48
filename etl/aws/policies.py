"""Policies of resources: whom and what their statements are about.

Whatever may be a list may be a single value: a statement, a principal, an action, a resource.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

ANYBODY = "*"


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement; one that says what it is *not* about is about nothing here.

    `conditions` has the values by operator and key, both in small letters.
    """

    effect: str
    principals: frozenset[str]
    actions: frozenset[str]
    resources: frozenset[str]
    conditions: Mapping[tuple[str, str], frozenset[str]]

    def is_about(self, action: str) -> bool:
        """Whether the statement is about an action such as `sts:AssumeRole`, or `s3:*`."""
        return any(fnmatchcase(action.lower(), one.lower()) for one in self.actions)

    def covers(self, resources: Collection[str]) -> bool:
        """Whether the statement is about each of the resources."""
        return all(any(fnmatchcase(one, each) for each in self.resources) for one in resources)


def statements_of(policy: Any) -> list[Statement]:
    """The statements of a policy."""
    return [
        Statement(
            str(one.get("Effect")),
            frozenset(_principals(one.get("Principal"))),
            _texts(one.get("Action")),
            _texts(one.get("Resource")),
            {
                (operator.lower(), key.lower()): frozenset(map(str.lower, _texts(values)))
                for operator, given in (one.get("Condition") or {}).items()
                for key, values in given.items()
            },
        )
        for one in _listed(policy.get("Statement"))
    ]


def _principals(given: Any) -> list[str]:
    if not isinstance(given, dict):
        return list(_texts(given))
    # `{"AWS": "*"}` is anybody, too.
    return [name for names in given.values() for name in _texts(names)]


def _texts(given: Any) -> frozenset[str]:
    """The texts of a list or of a single value, in which false may stand for "false"."""
    return frozenset(str(one) for one in _listed(given))


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
