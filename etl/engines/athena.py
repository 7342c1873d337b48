"""The tables and views in Athena over the exported history, for questions and for BI tools."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from etl.aws.athena import run_query
from etl.aws.catalog import Catalog, CatalogTable, catalog_type
from etl.engines.export import Index, read_index
from etl.engines.translate import Dialect, translate
from etl.engines.views import history_views, table_views
from etl.errors import ConfigurationError, QueryError, Untranslatable
from etl.lake import Lake, in_parallel
from etl.lake.layout import HISTORY
from etl.mirror.questions import questions
from etl.settings import Settings

# The property by which Athena knows its views in Glue.
_IS_VIEW = "presto_view"


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement that defines a table or a view, and the name of what it defines."""

    name: str
    sql: str


@dataclass(frozen=True, slots=True)
class Defined:
    """How many tables and views were defined, and which views were not, with the reasons."""

    tables: int
    views: int
    refused: Mapping[str, str]


def table_statements(index: Index, location: str) -> list[Statement]:
    """The statements that define the exported relations as external tables, in Hive's dialect."""
    return [
        Statement(relation, _table(relation, index.schema[relation], f"{location}/{folder}"))
        for relation, folder in index.relations.items()
    ]


def view_statements(index: Index, *, is_csv: bool) -> list[Statement]:
    """The statements that define the views, each after the views that it reads."""
    dialect, schema = Dialect.athena, index.schema
    views = table_views(schema, dialect, is_csv=is_csv) | history_views(schema, dialect)
    return [_view(name, select) for name, select in views.items()]


def question_statements(index: Index) -> tuple[list[Statement], dict[str, str]]:
    """The statements that define each question as a view; and those refused, with the reasons."""
    defined: list[Statement] = []
    refused: dict[str, str] = {}
    for name, question in questions().items():
        try:
            select = translate(question.sql, Dialect.athena, index.schema)
        except Untranslatable as error:
            refused[_name(name)] = str(error)
        else:
            defined.append(_view(_name(name), select))
    return defined, refused


def drop_statements(
    tables: Sequence[Statement],
    views: Sequence[Statement],
    existing: Mapping[str, CatalogTable],
    history: str,
) -> list[Statement]:
    """The statements that drop what stands in the way of the tables and views.

    Those are the tables, as their columns may have changed; their files stay where they are. An
    earlier version may also have defined a table, over files in `history`, that is a view now, or
    the other way round: Athena drops a view only as a view, and a table only as a table.
    """
    former_views = {
        name for name, one in existing.items() if one.properties.get(_IS_VIEW) == "true"
    }
    former_tables = {name for name, one in existing.items() if one.location.startswith(history)}
    return [
        Statement(one.name, f'drop view if exists "{one.name}"')
        if one.name in former_views
        else Statement(one.name, f"drop table if exists `{one.name}`")
        for one in tables
    ] + [
        Statement(one.name, f"drop table if exists `{one.name}`")
        for one in views
        if one.name in former_tables
    ]


def define_views(lake: Lake, settings: Settings) -> Defined:
    """Define all tables and views in the database that the settings name; existing ones anew.

    A view that Athena refuses does not keep the others from being defined. Raises
    ConfigurationError without a database or a bucket, and QueryError with the name of a table that
    could not be defined.
    """
    database = _database(settings)
    index = read_index(lake)
    location = settings.lake.rstrip("/")

    def run(statement: Statement) -> None:
        run_query(statement.sql, database, settings.athena_workgroup, settings.aws)

    def run_needed(statement: Statement) -> None:
        try:
            run(statement)
        except QueryError as error:
            raise QueryError(
                f"{statement.name} could not be defined in Athena: {error} What was defined before"
                " it works. Run `chartlake aws views` again after correcting this."
            ) from error

    def reason_against(view: Statement) -> str | None:
        try:
            run(view)
        except QueryError as error:
            return str(error)
        return None

    tables = table_statements(index, location)
    views = view_statements(index, is_csv=settings.format == "csv")
    asked, refused = question_statements(index)
    existing = Catalog(database, settings.aws).tables() or {}
    drops = drop_statements(tables, [*views, *asked], existing, f"{location}/{HISTORY}")
    in_parallel(run_needed, drops)
    in_parallel(run_needed, tables)
    reasons = [*map(reason_against, views), *in_parallel(reason_against, asked)]
    for view, reason in zip([*views, *asked], reasons, strict=True):
        if reason is not None:
            refused[view.name] = reason
    return Defined(len(tables), reasons.count(None), refused)


def _database(settings: Settings) -> str:
    if not settings.athena_database:
        raise ConfigurationError(
            "Set CHARTLAKE_ATHENA_DATABASE to the database in which to define the views; nothing"
            " was defined."
        )
    if not settings.lake.startswith("s3://"):
        raise ConfigurationError(
            f"Athena reads from S3, and CHARTLAKE_LAKE is {settings.lake}; nothing was defined."
        )
    return settings.athena_database


def _name(question: str) -> str:
    return question.replace("-", "_")


def _view(name: str, select: str) -> Statement:
    return Statement(name, f'create or replace view "{name}" as\n{select}')


def _table(relation: str, columns: Mapping[str, str], location: str) -> str:
    listed = ",\n".join(f"  `{name}` {catalog_type(kind)}" for name, kind in columns.items())
    return (
        f"create external table `{relation}` (\n{listed}\n)\n"
        f"stored as parquet\nlocation '{location}'"
    )
