"""Running a question on another engine: the history is exported, the select translated."""

from __future__ import annotations

from collections.abc import Sequence

from etl.database import QueryResult
from etl.engines.export import read_index
from etl.engines.translate import Dialect, translate
from etl.errors import ConfigurationError
from etl.lake import open_lake
from etl.mirror.answers import Run
from etl.mirror.limits import Limits
from etl.settings import Settings


def run_on(dialect: Dialect, settings: Settings) -> Run:
    """A function that runs selects on Athena or Spark, over what the lake has exported.

    Raises ConfigurationError where a setting is missing, and QueryError without an export.
    """
    if dialect is Dialect.athena and not settings.athena_database:
        raise ConfigurationError(
            "Set CHARTLAKE_ATHENA_DATABASE to the database that has the views of"
            " `chartlake aws views`; no question was asked."
        )
    index = read_index(open_lake(settings.lake, settings.aws))

    def run(select: str, parameters: Sequence[object], variables: Limits) -> QueryResult:
        sql = translate(select, dialect, index.schema, variables, parameters)
        if dialect is Dialect.spark:
            from etl.engines.spark import run_query as run_on_spark

            return run_on_spark(sql, settings.lake, index)
        from etl.aws.athena import run_query as run_on_athena

        database = settings.athena_database or ""
        return run_on_athena(sql, database, settings.athena_workgroup, settings.aws)

    return run
