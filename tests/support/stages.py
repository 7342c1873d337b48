"""How much Trino has to do for a select, which it does not do once for each view that is read."""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp


class Stages:
    """What Trino may need as stages for the selects of some views, given by name.

    A stage ends where rows are read from a table, joined, or grouped by other values. Views and
    common table expressions are put in the place of their names wherever they are read.
    """

    def __init__(self, views: Mapping[str, exp.Expr]) -> None:
        self._views = views
        self._known: dict[str, int] = {}

    def of(self, relation: str) -> int:
        """How many there are at most for a view; 1 for a table."""
        if relation not in self._views:
            return 1
        if relation not in self._known:
            self._known[relation] = self._within(self._views[relation], {})
        return self._known[relation]

    def _within(self, node: exp.Expr, named: Mapping[str, int]) -> int:
        with_ = node.args.get("with_")
        for one in with_.expressions if with_ else ():
            named = {**named, one.alias: self._within(one.this, named)}
        if isinstance(node, exp.Table):
            return named.get(node.name) or self.of(node.name)
        inner = [one for one in node.iter_expressions() if not isinstance(one, exp.With)]
        return _stages_at(node) + sum(self._within(one, named) for one in inner)


def _stages_at(node: exp.Expr) -> int:
    if isinstance(node, exp.Join):
        return int(not isinstance(node.this, exp.Unnest))
    if not isinstance(node, exp.Select):
        return 0
    own = [one for one in node.find_all(exp.AggFunc, exp.Window) if one.parent_select is node]
    windows = {str(one.args.get("partition_by")) for one in own if isinstance(one, exp.Window)}
    aggregates = [
        one
        for one in own
        if isinstance(one, exp.AggFunc) and not isinstance(one.parent, exp.Window)
    ]
    is_grouped = node.args.get("group") or node.args.get("distinct") or aggregates
    return int(bool(is_grouped)) + len(windows)
