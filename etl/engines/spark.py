"""Questions on Spark, over the history that was exported to the lake."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from etl.database import QueryResult
from etl.engines.export import Index
from etl.engines.translate import Dialect
from etl.engines.views import history_views
from etl.errors import ConfigurationError, QueryError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# What the questions need of a session; everything else is as the installation of Spark has it.
_SESSION = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    # Spark 4.3 makes an invalid plan of some unions with it.
    "spark.sql.optimizer.excludedRules": (
        "org.apache.spark.sql.catalyst.optimizer.RemoveRedundantAliases"
    ),
}


def run_query(sql: str, location: str, index: Index) -> QueryResult:
    """Run a query in Spark's dialect on the exported history of the lake at `location`.

    Raises ConfigurationError if Spark is not installed or cannot start, and QueryError with Spark's
    own words where the query fails.
    """
    with open_session() as session:
        from pyspark.errors import PySparkException

        try:
            register(session, location, index)
            found = session.sql(sql)
            return QueryResult(tuple(found.columns), tuple(map(tuple, found.collect())))
        except PySparkException as error:
            reason = str(error).strip().splitlines()[0]
            raise QueryError(f"Spark cannot run the query: {reason}") from error


@contextmanager
def open_session() -> Iterator[SparkSession]:
    """A Spark session for the length of a `with` statement. Raises ConfigurationError."""
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise ConfigurationError(
            "Spark is not installed; no query was run. Install it with"
            " `pip install 'chartlake[spark]'`, and Java 17 or newer."
        ) from error
    builder = SparkSession.builder.appName("chartlake")
    for name, value in _SESSION.items():
        builder = builder.config(name, value)
    try:
        session = builder.getOrCreate()
    except (PySparkException, OSError) as error:
        raise ConfigurationError(
            f"Spark cannot start: {str(error).splitlines()[0]} No query was run. Check that Java 17"
            " or newer is installed, and JAVA_HOME if it is set."
        ) from error
    # Spark logs each failed query with its plan; QueryError has the reason.
    logging.getLogger("SQLQueryContextLogger").disabled = True
    try:
        yield session
    finally:
        session.stop()


def register(session: SparkSession, location: str, index: Index) -> None:
    """Give the exported relations, and the views over them, their names in the session."""
    # Spark's own name for the protocol of S3.
    root = location.replace("s3://", "s3a://", 1).rstrip("/")
    for relation, folder in index.relations.items():
        session.read.parquet(f"{root}/{folder}").createOrReplaceTempView(relation)
    for name, select in history_views(index.schema, Dialect.spark).items():
        session.sql(select).createOrReplaceTempView(name)
