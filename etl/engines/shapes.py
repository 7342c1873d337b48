"""Rewriting clauses that other engines lack, such as semi joins and unions by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from sqlglot import exp

from etl.errors import Untranslatable

# The variables of reports and their types. A variable that is not set is null.
VARIABLES = {
    **dict.fromkeys(("charts", "markets", "artists", "songs", "recordings"), "VARCHAR[]"),
    **dict.fromkeys(("since", "until"), "DATE"),
}


def with_literals(
    tree: exp.Expr, variables: Mapping[str, object], parameters: Sequence[object]
) -> exp.Expr:
    """Put values in the place of `getvariable` and, one after the other, of `?`."""
    for call in list(tree.find_all(exp.Anonymous)):
        if call.name.lower() == "getvariable":
            call.replace(_variable(call.expressions[0].name, variables))
    places = [node for node in tree.dfs() if isinstance(node, exp.Placeholder)]
    for place, value in zip(places, parameters, strict=True):
        place.replace(_literal(value))
    return tree


def with_windows_in_place(tree: exp.Expr) -> exp.Expr:
    """Put the definitions of named windows in the place of their names."""
    for select in list(tree.find_all(exp.Select)):
        named = {one.name: one for one in select.args.get("windows") or ()}
        for window in list(select.find_all(exp.Window)):
            definition = named.get(window.args["alias"].name) if window.args.get("alias") else None
            if definition is not None:
                window.set("alias", None)
                for part in ("partition_by", "order", "spec"):
                    value = window.args.get(part) or definition.args.get(part)
                    window.set(part, value)
        select.set("windows", None)
    return tree.copy()


def rewritten(tree: exp.Expr) -> exp.Expr:
    """Rewrite the clauses; columns must be qualified, and stars expanded."""
    _refuse(tree)
    for cte in tree.find_all(exp.CTE):
        cte.set("materialized", None)
    for union in list(tree.find_all(exp.SetOperation)):
        if union.args.get("by_name"):
            _align(union)
    for within in list(tree.find_all(exp.In)):
        _spread_rows(within)
    _order_outside(tree)
    for select in list(tree.find_all(exp.Select)):
        _name_groups(select)
        _join_by_condition(select)
        _unnest_in_from(select)
        if select.args.get("qualify"):
            _filter_outside(select)
    return tree


def _refuse(tree: exp.Expr) -> None:
    """Raise for clauses that sqlglot writes as they are, or with another meaning."""
    for node in tree.walk():
        reason = next((why for is_there, why in _REFUSED if is_there(node)), None)
        if reason is not None:
            raise Untranslatable(f"{reason} cannot be translated: {node.sql('duckdb')}")


_REFUSED: tuple[tuple[Callable[[exp.Expr], bool], str], ...] = (
    (lambda node: isinstance(node, exp.Pivot), "`pivot`"),
    (lambda node: isinstance(node, exp.Join) and node.method in ("ASOF", "POSITIONAL"), "The join"),
    (lambda node: isinstance(node, exp.Distinct) and bool(node.args.get("on")), "`distinct on`"),
    # Spark forgets the order of a list.
    (lambda node: isinstance(node, exp.ArrayAgg) and _is_ordered(node), "A list in an order"),
    (lambda node: isinstance(node, exp.IntDiv), "A division to whole numbers"),
)


def _is_ordered(node: exp.Expr) -> bool:
    return isinstance(node.this, exp.Order)


def _variable(name: str, variables: Mapping[str, object]) -> exp.Expr:
    if name not in VARIABLES:
        raise Untranslatable(f"The variable {name!r} is not one that a report may read.")
    value = variables.get(name)
    if value is None:
        return exp.cast(exp.Null(), VARIABLES[name], dialect="duckdb")
    return _literal(value)


def _literal(value: object) -> exp.Expr:
    if isinstance(value, list | tuple):
        return exp.Array(expressions=list(map(_literal, value)))
    if isinstance(value, date):
        return exp.cast(exp.Literal.string(value.isoformat()), "DATE")
    if isinstance(value, str):
        return exp.Literal.string(value)
    if isinstance(value, int):
        return exp.Literal.number(value)
    raise Untranslatable(f"{value!r} has no literal.")


def _align(union: exp.SetOperation) -> None:
    """Give each part of a union by name all columns, in one order."""
    parts = _parts(union)
    names = list(dict.fromkeys(name for part in parts for name in part.named_selects))
    for part in parts:
        known = {one.alias_or_name: one for one in part.selects}
        part.set(
            "expressions",
            [known.get(name) or exp.alias_(exp.Null(), name) for name in names],
        )
    for one in (union, *union.find_all(exp.SetOperation)):
        one.set("by_name", False)


def _parts(union: exp.SetOperation) -> list[exp.Select]:
    found: list[exp.Select] = []
    for side in (union.left, union.right):
        if isinstance(side, exp.SetOperation):
            found += _parts(side)
        elif isinstance(side, exp.Select):
            found.append(side)
        else:
            raise Untranslatable(f"A union of {side.key} cannot be aligned by name.")
    return found


def _join_by_condition(select: exp.Select) -> None:
    """Turn semi and anti joins into `exists`."""
    for join in list(select.args.get("joins") or ()):
        if join.kind in ("SEMI", "ANTI"):
            join.pop()
            inner = exp.select("1").from_(join.this).where(join.args["on"])
            exists = exp.Exists(this=inner)
            select.where(exists if join.kind == "SEMI" else exp.not_(exists), copy=False)


def _order_outside(tree: exp.Expr) -> None:
    """Order the rows of a select around another as the inner one does; only DuckDB keeps that."""
    from_ = tree.args.get("from_")
    if from_ is None or tree.args.get("order") or not isinstance(from_.this, exp.Subquery):
        return
    inner, alias = from_.this.this, from_.this.alias
    order = inner.args.get("order")
    if not isinstance(inner, exp.Select) or order is None or inner.args.get("limit"):
        return
    _select_ordering(inner, order.pop(), alias)
    tree.set("order", order)


def _name_groups(select: exp.Select) -> None:
    """Turn `group by all` into the expressions that it stands for: those without an aggregate."""
    group = select.args.get("group")
    if group is not None and group.args.get("all"):
        items = [item.unalias() for item in select.selects]
        grouped = [item.copy() for item in items if not item.find(exp.AggFunc)]
        select.set("group", exp.Group(expressions=grouped) if grouped else None)


def _spread_rows(within: exp.In) -> None:
    """Turn the row that a subquery of `in` selects into columns, as many as are compared."""
    query = within.args.get("query")
    if query is None or not isinstance(within.this, exp.Tuple):
        return
    select = query.this
    (row,) = select.selects
    if not isinstance(row.unalias(), exp.Tuple):
        raise Untranslatable(f"{within.sql('duckdb')} does not compare rows with rows.")
    select.set("expressions", row.unalias().expressions)


def _filter_outside(select: exp.Select) -> None:
    """Turn `qualify` into the `where` of a select around this one."""
    if select.args.get("distinct") or select.args.get("limit"):
        raise Untranslatable("`qualify` beside `distinct` or `limit` cannot be translated.")
    names = select.named_selects
    order = select.args["order"].pop() if select.args.get("order") else None
    kept = select.args["qualify"].pop().this
    inner = select.copy()
    inner.set("with_", None)
    inner.select(exp.alias_(exp.paren(kept), "is_kept"), copy=False)
    if order is not None:
        _select_ordering(inner, order, "kept")
    for clause in ("joins", "group", "having"):
        select.set(clause, None)
    select.set("expressions", [exp.column(name, "kept") for name in names])
    select.set("from_", exp.From(this=inner.subquery("kept")))
    select.set("where", exp.Where(this=exp.column("is_kept", "kept")))
    select.set("order", order)


def _select_ordering(inner: exp.Select, order: exp.Order, alias: str) -> None:
    """Let the order of an outer select name columns of the inner one, which selects them all."""
    selected = {one.unalias(): one.alias_or_name for one in inner.selects}
    for number, one in enumerate(order.expressions, start=1):
        name = selected.get(one.this)
        if isinstance(one.this, exp.Column) and not one.this.table:
            name = one.this.name
        if name is None:
            name = f"order_{number}"
            inner.select(exp.alias_(one.this.copy(), name), copy=False)
        one.set("this", exp.column(name, alias))


def _unnest_in_from(select: exp.Select) -> None:
    """Move lists that are unnested in the select list into one cross join.

    DuckDB unnests several lists side by side; a list that is null has no rows, and if it is beside
    longer ones, nulls.
    """
    unnested = list(dict.fromkeys(one for item in select.selects for one in _lists(item)))
    if not unnested:
        return
    if select.args.get("group") or select.args.get("distinct"):
        raise Untranslatable("A list that is unnested beside `group by` cannot be translated.")
    names = [f"unnested_{number}" for number, _ in enumerate(unnested, start=1)]
    places = dict(zip(unnested, names, strict=True))
    for item in select.selects:
        for one in list(_lists(item)):
            one.replace(exp.column(places[one], "unnested"))
    lists = [one.this for one in unnested]
    if len(lists) > 1:
        lists = [exp.func("COALESCE", one, exp.Array(expressions=[])) for one in lists]
    alias = exp.TableAlias(
        this=exp.to_identifier("unnested"), columns=list(map(exp.to_identifier, names))
    )
    source = exp.Unnest(expressions=lists, alias=alias)
    if select.args.get("from_"):
        select.append("joins", exp.Join(this=source, kind="CROSS"))
    else:
        select.set("from_", exp.From(this=source))


def _lists(item: exp.Expr) -> list[exp.Explode]:
    return list(item.find_all(exp.Explode))
