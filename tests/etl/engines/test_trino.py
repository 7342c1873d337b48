"""What Trino, and so Athena, refuses although its parser takes it: no view has any of it."""

from __future__ import annotations

import pytest
import sqlglot
from sqlglot import exp

from etl.engines.athena import question_statements, view_statements
from etl.engines.export import Index
from tests.etl.engines.test_translate import mirror_schema
from tests.support.stages import Stages

# Trino runs no query of more than 150 stages, unless it is told to.
MOST_STAGES = 130


@pytest.fixture(scope="module")
def trees() -> dict[str, exp.Expr]:
    """The selects of all views and questions in Athena, by the name of the view."""
    index = Index(mirror_schema(), {}, None)
    asked, _ = question_statements(index)
    return {
        one.name: sqlglot.parse_one(one.sql.partition("as\n")[2], read="trino")
        for one in (*view_statements(index, is_csv=False), *asked)
    }


def test_no_window_has_a_filter_or_distinct_values(trees):
    found = [
        (name, window.sql("trino"))
        for name, tree in trees.items()
        for window in tree.find_all(exp.Window)
        if isinstance(window.this, exp.Filter) or isinstance(window.this.this, exp.Distinct)
    ]
    assert found == []


def test_no_view_needs_nearly_as_many_stages_as_trino_allows(trees):
    stages = Stages(trees)
    found = {name: stages.of(name) for name in trees}
    assert {name: some for name, some in found.items() if some > MOST_STAGES} == {}
