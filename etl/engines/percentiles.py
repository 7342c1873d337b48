"""Exact percentiles, as elements of sorted lists: engines only share approximate ones."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

# Nodes have attributes of their own kind, which mypy does not know.
Node = Any


def median(node: Node) -> Node:
    """The mean of the two values in the middle, or the one that is there; null without any."""
    found = _sorted_values(node)
    size = exp.ArraySize(this=found.copy())
    lower, upper = (
        _half(exp.Add(this=size.copy(), expression=_number_of(more))) for more in (1, 2)
    )
    both = exp.Add(this=_element(found, lower), expression=_element(found, upper))
    mean = exp.Div(this=exp.cast(exp.paren(both), "DOUBLE"), expression=_number_of(2))
    return typed(_if_any(found, mean), "DOUBLE")


def quantile(node: Node) -> Node:
    """The first value that has at least that share of the values up to it."""
    found = _sorted_values(node)
    share = exp.Mul(this=exp.ArraySize(this=found.copy()), expression=node.expression.copy())
    place = exp.cast(exp.Ceil(this=share), "INT")
    return typed(_if_any(found, _element(found, place)), node.this.type.sql("duckdb"))


def nth_largest(node: Node) -> Node:
    """The least of the values that `max(value, n)` gives: the n largest."""
    found = _sorted_values(node)
    size = exp.ArraySize(this=found.copy())
    place = exp.Sub(
        this=exp.Add(this=size, expression=_number_of(1)), expression=node.args["count"].copy()
    )
    first = exp.Case(
        ifs=[exp.If(this=exp.GT(this=place.copy(), expression=_number_of(1)), true=place)],
        default=_number_of(1),
    )
    element = _element(found, exp.cast(first, "INT"))
    return typed(_if_any(found, element), node.this.type.sql("duckdb"))


def over(case: Node, window: Node) -> Node:
    """The same percentile of the rows in a window."""
    for values in list(case.find_all(exp.Filter)):
        # Spark takes no filter beside a window, and only Spark leaves nulls out of lists.
        chosen = exp.If(this=values.expression.this.copy(), true=values.this.this.copy())
        listed = window.copy()
        listed.set("this", exp.ArrayAgg(this=exp.Case(ifs=[chosen])))
        one = exp.to_identifier("one")
        is_known = exp.not_(exp.Is(this=one.copy(), expression=exp.Null()))
        values.replace(
            exp.ArrayFilter(this=listed, expression=exp.Lambda(this=is_known, expressions=[one]))
        )
    return case


def _sorted_values(node: Node) -> Node:
    condition: Node = exp.not_(exp.Is(this=node.this.copy(), expression=exp.Null()))
    if isinstance(node.parent, exp.Filter):
        condition = exp.and_(node.parent.expression.this.copy(), condition)
    values = exp.ArrayAgg(this=node.this.copy())
    return exp.ArraySort(this=exp.Filter(this=values, expression=exp.Where(this=condition)))


def _half(size: Node) -> Node:
    half = exp.Div(this=exp.paren(size), expression=_number_of("2.0"))
    return exp.cast(exp.Floor(this=half), "INT")


def _element(found: Node, place: Node) -> Node:
    return exp.Anonymous(this="ELEMENT_AT", expressions=[found.copy(), place])


def _if_any(found: Node, value: Node) -> Node:
    some = exp.GT(this=exp.ArraySize(this=found.copy()), expression=_number_of(0))
    return exp.Case(ifs=[exp.If(this=some, true=value)])


def _number_of(value: object) -> Node:
    return exp.Literal.number(str(value))


def typed(node: Node, kind: str) -> Node:
    """The node, annotated with a type of DuckDB."""
    node.type = exp.DataType.build(kind, dialect="duckdb")
    return node
