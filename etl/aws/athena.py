"""Queries in Athena."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from etl.aws.session import Operation, open_client, translated
from etl.database import QueryResult
from etl.errors import QueryError

if TYPE_CHECKING:
    from mypy_boto3_athena import AthenaClient

_ENDED = ("SUCCEEDED", "FAILED", "CANCELLED")
_QUERY = Operation(
    "Athena",
    "run the query",
    "The query changed nothing.",
    "Check CHARTLAKE_ATHENA_DATABASE, CHARTLAKE_ATHENA_WORKGROUP (which needs a location in S3 for"
    " its results), AWS_DEFAULT_REGION, and the permissions for Athena, Glue and the bucket.",
)


def run_query(
    sql: str,
    database: str,
    workgroup: str | None,
    variables: Mapping[str, str],
    *,
    client: AthenaClient | None = None,
    poll: float = 0.5,
    sleep: Callable[[float], None] = time.sleep,
) -> QueryResult:
    """Run a query to its end; Ctrl-C stops it in Athena too. `poll` is in seconds.

    Numbers, times and booleans have Python's types; lists are the text that Athena makes of them.

    Raises QueryError with Athena's own words where the query fails, AccessDenied where Athena does
    not take it, and ServiceUnavailable where it does not answer.
    """
    with translated(_QUERY):
        client = client or open_client("athena", variables)
        chosen: Any = {"WorkGroup": workgroup} if workgroup else {}
        started = client.start_query_execution(
            QueryString=sql, QueryExecutionContext={"Database": database}, **chosen
        )
        query_id = started["QueryExecutionId"]
        try:
            _wait(client, query_id, poll, sleep)
        except KeyboardInterrupt:
            client.stop_query_execution(QueryExecutionId=query_id)
            raise
        return _result(client, query_id)


def _wait(client: AthenaClient, query_id: str, poll: float, sleep: Callable[[float], None]) -> None:
    while True:
        shown = client.get_query_execution(QueryExecutionId=query_id)
        status = shown["QueryExecution"].get("Status", {})
        if status.get("State") == "SUCCEEDED":
            return
        if status.get("State") in _ENDED:
            reason = status.get("StateChangeReason") or f"the query ended as {status['State']}"
            raise QueryError(f"Athena cannot run the query: {reason}")
        sleep(poll)


def _result(client: AthenaClient, query_id: str) -> QueryResult:
    pages = client.get_paginator("get_query_results").paginate(QueryExecutionId=query_id)
    columns: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    texts: list[tuple[str | None, ...]] = []
    for page in pages:
        found = page["ResultSet"]
        described = found.get("ResultSetMetadata", {}).get("ColumnInfo", ())
        columns = columns or tuple(column["Name"] for column in described)
        types = types or tuple(column["Type"] for column in described)
        texts += [
            tuple(cell.get("VarCharValue") for cell in row.get("Data", ()))
            for row in found.get("Rows", ())
        ]
    # The first row of a select's result repeats the names.
    texts = texts[1:] if texts[:1] == [columns] else texts
    return QueryResult(columns, tuple(_typed(row, types) for row in texts))


def _typed(row: tuple[str | None, ...], types: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(
        None if text is None else _PARSERS.get(kind, str)(text)
        for text, kind in zip(row, types, strict=True)
    )


# How the text of a cell is read, by the type that Athena gives the column:
# https://docs.aws.amazon.com/athena/latest/ug/data-types.html
_PARSERS: dict[str, Callable[[str], Any]] = {
    **dict.fromkeys(("tinyint", "smallint", "integer", "bigint"), int),
    **dict.fromkeys(("float", "real", "double"), float),
    "decimal": Decimal,
    "boolean": lambda text: text == "true",
    "date": date.fromisoformat,
    "timestamp": datetime.fromisoformat,
}
