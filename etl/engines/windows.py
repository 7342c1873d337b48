"""Aggregates over windows: Trino knows neither their filters nor distinct values of them."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from etl.engines import percentiles
from etl.errors import Untranslatable

# Nodes have attributes of their own kind, which mypy does not know.
Node = Any
# These skip nulls in all engines, so that a row whose value is null does not count.
_SKIPPING_NULLS = exp.Avg | exp.Count | exp.LogicalAnd | exp.LogicalOr | exp.Max | exp.Min | exp.Sum


def rewritten(window: Node) -> Node:
    """The window with its condition in the value that is aggregated.

    Raises Untranslatable where Trino has nothing that is equal.
    """
    function = window.this
    if isinstance(function, exp.Case):
        return percentiles.over(function, window)
    aggregate = function.this if isinstance(function, exp.Filter) else function
    if isinstance(aggregate.this, exp.Distinct):
        raise Untranslatable(
            f"Distinct values of a window cannot be translated: {window.sql('duckdb')}"
        )
    if isinstance(function, exp.Filter):
        if not isinstance(aggregate, _SKIPPING_NULLS):
            raise Untranslatable(
                f"A window of chosen rows cannot be translated: {window.sql('duckdb')}"
            )
        window.set("this", _of_chosen_rows(aggregate, function.expression.this))
    return window


def _of_chosen_rows(aggregate: Node, condition: Node) -> Node:
    value = aggregate.this
    counted = exp.Literal.number(1) if isinstance(value, exp.Star) else value.copy()
    new = aggregate.copy()
    new.set("this", exp.Case(ifs=[exp.If(this=condition.copy(), true=counted)]))
    return new
