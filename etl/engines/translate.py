"""Translating models from DuckDB's dialect into that of Athena or Spark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

import sqlglot
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify

from etl.engines import functions, shapes
from etl.errors import Untranslatable

# The columns of each relation that a model may read, and their types in DuckDB.
Schema = Mapping[str, Mapping[str, str]]


class Dialect(StrEnum):
    """An engine's SQL, by the name that sqlglot has for it."""

    athena = "athena"
    spark = "spark"


def translate(
    select: str,
    dialect: Dialect,
    schema: Schema,
    variables: Mapping[str, object] | None = None,
    parameters: Sequence[object] = (),
) -> str:
    """The select in the dialect of another engine, with the same rows in the same order.

    What both engines know under the same name can still differ: `arg_max` skips nulls in DuckDB
    alone, and Spark truncates where DuckDB rounds. Such expressions are rewritten. Variables and
    parameters become literals; a variable that is not given is null, as in DuckDB.

    Raises Untranslatable where an expression is not known to give the same value.
    """
    try:
        tree = sqlglot.parse_one(select, read="duckdb")
        tree = shapes.with_literals(tree, variables or {}, parameters)
        tree = shapes.with_windows_in_place(tree)
        tree = qualify(tree, schema=_plain(schema), dialect="duckdb", quote_identifiers=False)
        tree = shapes.rewritten(tree)
        tree = annotate_types(tree, schema=_plain(schema), dialect="duckdb")
        tree = functions.rewritten(tree)
        text: str = tree.sql(
            dialect, pretty=True, identify=True, comments=False, unsupported_level=_RAISE
        )
        return text
    except SqlglotError as error:
        raise Untranslatable(str(error)) from error


_RAISE = sqlglot.ErrorLevel.RAISE


def _plain(schema: Schema) -> dict[str, object]:
    return {relation: dict(columns) for relation, columns in schema.items()}
