"""Rewriting functions and operators whose values differ between engines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlglot import exp

from etl.engines import percentiles, windows
from etl.engines.percentiles import typed
from etl.errors import Untranslatable

# Nodes have attributes of their own kind, which the table of rules knows and mypy does not.
_Node = Any
_TEXT = exp.DataType.TEXT_TYPES
_WHOLE = exp.DataType.INTEGER_TYPES
_REAL = {exp.DType.DOUBLE, exp.DType.FLOAT}
_DATE, _TIMESTAMP = exp.DType.DATE, exp.DType.TIMESTAMP

# Known to give the same value in DuckDB, Trino and Spark as sqlglot writes them, or rewritten
# below; tests/engines runs every model on Spark. Anything else is refused.
_SAME = (
    *(exp.Abs, exp.Avg, exp.Ceil, exp.Coalesce, exp.Count, exp.Floor, exp.Lower),
    *(exp.Round, exp.Sum, exp.Sqrt, exp.Ln, exp.Exp, exp.Upper),
    *(exp.Case, exp.If, exp.And, exp.Or, exp.Nullif, exp.Array, exp.Split, exp.Exists),
    *(exp.FirstValue, exp.Lag, exp.LastValue, exp.Lead, exp.Rank, exp.RowNumber, exp.DenseRank),
    *(exp.LogicalAnd, exp.LogicalOr, exp.Month, exp.Year, exp.TimestampTrunc, exp.DateTrunc),
    *(
        exp.ArrayDistinct,
        exp.ArrayFilter,
        exp.ArrayContains,
        exp.ArraySize,
        exp.Transform,
    ),
    *(exp.ArraySort, exp.ArrayAgg, exp.DateAdd, exp.DateDiff, exp.Interval),
    *(exp.Unnest, exp.Quarter, exp.Pow, exp.ArrayToString),
)


def rewritten(tree: _Node) -> _Node:
    """Rewrite or refuse every function; types must be annotated."""
    rules = {kind: rule for kinds, rule in _RULES.items() for kind in kinds}

    def visit(node: _Node) -> _Node:
        rule = rules.get(type(node))
        if rule is not None:
            return rule(node)
        if isinstance(node, exp.Func) and not isinstance(node, _SAME):
            raise Untranslatable(
                f"{node.sql('duckdb')} has no translation that is known to be right."
            )
        return node

    return _from_leaves(tree, visit)


def _from_leaves(node: _Node, visit: Callable[[_Node], _Node]) -> _Node:
    for child in list(node.iter_expressions()):
        new = _from_leaves(child, visit)
        if new is not child:
            child.replace(new)
    return visit(node)


def _kind(node: _Node) -> exp.DType:
    if node.type is None or node.type.this == exp.DType.UNKNOWN:
        raise Untranslatable(f"The type of {node.sql('duckdb')} is unknown.")
    kind: exp.DType = node.type.this
    return kind


def _subtraction(node: _Node) -> _Node:
    left, right = node.left, node.right
    if isinstance(right, exp.Interval):
        return typed(_date_plus(left, _negative(right.this), right.unit), "TIMESTAMP")
    kinds = _kind(left), _kind(right)
    if kinds == (_DATE, _DATE):
        days = exp.DateDiff(this=left.copy(), expression=right.copy(), unit=exp.var("DAY"))
        return typed(days, "BIGINT")
    if kinds[0] == _DATE and kinds[1] in _WHOLE:
        return _date_plus(left, _negative(right), _DAY)
    return _number(node)


def _addition(node: _Node) -> _Node:
    left, right = node.left, node.right
    if isinstance(right, exp.Interval):
        return typed(_date_plus(left, right.this.copy(), right.unit), "TIMESTAMP")
    kinds = _kind(left), _kind(right)
    if kinds[0] == _DATE and kinds[1] in _WHOLE:
        return _date_plus(left, right.copy(), _DAY)
    if kinds[1] == _DATE and kinds[0] in _WHOLE:
        return _date_plus(right, left.copy(), _DAY)
    return _number(node)


def _date_plus(day: _Node, amount: _Node, unit: _Node) -> _Node:
    if not isinstance(amount, exp.Literal):
        amount = exp.cast(amount, "INT")  # Spark takes no larger numbers
    added = exp.DateAdd(this=day.copy(), expression=amount, unit=unit.copy())
    return typed(added, "DATE")


def _negative(amount: _Node) -> _Node:
    return exp.Neg(this=exp.paren(amount.copy()))


_DAY = exp.var("DAY")


def _number(node: _Node) -> _Node:
    if not {_kind(node.left), _kind(node.right)} <= {*_WHOLE, *_REAL, *exp.DataType.NUMERIC_TYPES}:
        raise Untranslatable(f"{node.sql('duckdb')} calculates with other values than numbers.")
    return node


def _interval(node: _Node) -> _Node:
    unit = _INTERVALS.get(node.name.lower())
    (amount,) = node.expressions if len(node.expressions) == 1 else (None,)
    if unit is None or amount is None or _kind(amount) not in _WHOLE:
        raise Untranslatable(f"{node.sql('duckdb')} has no translation that is known to be right.")
    return exp.Interval(this=amount.copy(), unit=exp.var(unit))


_INTERVALS = {"to_years": "YEAR", "to_months": "MONTH", "to_days": "DAY"}


def _length(node: _Node) -> _Node:
    if _kind(node.this) in exp.DataType.ARRAY_TYPES:
        return typed(exp.ArraySize(this=node.this.copy()), "BIGINT")
    return node


def _greatest(node: _Node) -> _Node:
    # With a null among them, Athena's is null.
    if len(node.expressions) != 1:
        raise Untranslatable(f"{node.sql('duckdb')} has not two values.")
    first, second = node.this, node.expressions[0]
    pair = [
        exp.Coalesce(this=one.copy(), expressions=[other.copy()])
        for one, other in ((first, second), (second, first))
    ]
    return _like(node, type(node)(this=pair[0], expressions=[pair[1]]))


def _like(node: _Node, new: _Node) -> _Node:
    new.type = node.type
    return new


def _element(node: _Node) -> _Node:
    # Beyond the end of a list, the others raise an error unless they are told not to.
    (index,) = node.expressions
    if _kind(node.this) not in exp.DataType.ARRAY_TYPES or not isinstance(index, exp.Literal):
        raise Untranslatable(f"{node.sql('duckdb')} has no translation that is known to be right.")
    node.set("safe", True)
    return node


def _overlap(node: _Node) -> _Node:
    # Spark has no operator for it.
    lists = [node.this.copy(), node.expression.copy()]
    return typed(exp.Anonymous(this="ARRAYS_OVERLAP", expressions=lists), "BOOLEAN")


def _any_value(node: _Node) -> _Node:
    # Any value is allowed, but null only if there is no other.
    return _like(node, exp.Max(this=node.this.copy()))


def _extreme(node: _Node) -> _Node:
    # DuckDB skips rows in which one of both is null.
    known = exp.not_(exp.Is(this=node.this.copy(), expression=exp.Null()))
    found = _filtered(node, known)
    node.type = found.type = node.this.type
    return found


def _filtered(node: _Node, condition: _Node) -> _Node:
    parent = node.parent
    if isinstance(parent, exp.Filter):
        where = parent.expression
        where.set("this", exp.and_(where.this.copy(), condition))
        return node
    return exp.Filter(this=node.copy(), expression=exp.Where(this=condition))


def _list_min(node: _Node) -> _Node:
    largest = node.this
    if not (isinstance(largest, exp.Max) and largest.args.get("count")):
        raise Untranslatable(f"{node.sql('duckdb')} has no translation that is known to be right.")
    return percentiles.nth_largest(largest)


def _max(node: _Node) -> _Node:
    if node.args.get("count") and not isinstance(node.parent, exp.ArrayMin):
        raise Untranslatable(f"{node.sql('duckdb')} has no translation that is known to be right.")
    return node


def _filter(node: _Node) -> _Node:
    # What became a case has taken the condition in.
    return node.this if isinstance(node.this, exp.Case) else node


def _cast(node: _Node) -> _Node:
    if node.to.this == _DATE and node.this.name in _ENDLESS:
        return exp.cast(exp.Literal.string(_ENDLESS[node.this.name]), "DATE")
    whole = node.to.this in _WHOLE
    if (
        whole
        and _kind(node.this) in _REAL
        and not isinstance(node.this, exp.Round | exp.Ceil | exp.Floor)
    ):
        raise Untranslatable(f"{node.sql('duckdb')} rounds differently; use round, ceil or floor.")
    return node


# The engines know no infinite dates.
_ENDLESS = {"infinity": "9999-12-31", "-infinity": "0001-01-01"}


def _try_cast(node: _Node) -> _Node:
    # Spark takes a year alone for a date.
    if node.to.this != _DATE or _kind(node.this) not in _TEXT:
        raise Untranslatable(f"{node.sql('duckdb')} may accept other texts.")
    whole = exp.RegexpLike(this=node.this.copy(), expression=exp.Literal.string(_ISO_DATE))
    return typed(exp.Case(ifs=[exp.If(this=whole, true=node.copy())]), "DATE")


_ISO_DATE = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"


def _ignore_nulls(node: _Node) -> _Node:
    if isinstance(node.this, exp.Max):
        return node.this
    raise Untranslatable(f"{node.sql('duckdb')} has no translation that is known to be right.")


_Rule = Callable[[_Node], _Node]
_RULES: dict[tuple[type[_Node], ...], _Rule] = {
    (exp.Sub,): _subtraction,
    (exp.Add,): _addition,
    (exp.Anonymous,): _interval,
    (exp.Length,): _length,
    (exp.Bracket,): _element,
    (exp.ArrayOverlaps,): _overlap,
    (exp.AnyValue,): _any_value,
    (exp.Greatest, exp.Least): _greatest,
    (exp.ArgMax, exp.ArgMin): _extreme,
    (exp.IgnoreNulls,): _ignore_nulls,
    (exp.Cast,): _cast,
    (exp.TryCast,): _try_cast,
    (exp.Median,): percentiles.median,
    (exp.PercentileDisc,): percentiles.quantile,
    (exp.Filter,): _filter,
    (exp.Window,): windows.rewritten,
    (exp.Max, exp.Min): _max,
    (exp.ArrayMin,): _list_min,
}
