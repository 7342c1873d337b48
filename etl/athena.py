"""The door to Athena: SQL on what the crawler has found in the lake."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
from botocore import exceptions as aws
from botocore.config import Config

from etl.aws import UNASKED, UNREACHED, is_busy, reason_of
from etl.errors import LakeUnavailable, QueryRefused

if TYPE_CHECKING:
    from mypy_boto3_athena import AthenaClient

_ENDED = ("SUCCEEDED", "FAILED", "CANCELLED")


@dataclass(frozen=True, slots=True)
class Result:
    """What Athena answers: names and types of the columns, and each cell as text, or None."""

    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]


def run(
    sql: str,
    database: str,
    workgroup: str | None = None,
    *,
    poll: float = 0.5,
    sleep: Callable[[float], None] = time.sleep,
) -> Result:
    """Run the query to its end, as long as Athena lets it; `poll` is in seconds.

    It is stopped where nobody waits for it any more. Raises QueryRefused with Athena's own words,
    LakeUnavailable where Athena does not answer.
    """
    with _translated():
        client = _client()
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
        shown = client.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]
        status = shown.get("Status", {})
        if status.get("State") == "SUCCEEDED":
            return
        if status.get("State") in _ENDED:
            reason = status.get("StateChangeReason") or f"the query ended as {status['State']}"
            raise QueryRefused(f"Athena cannot answer that: {reason}")
        sleep(poll)


def _result(client: AthenaClient, query_id: str) -> Result:
    pages = client.get_paginator("get_query_results").paginate(QueryExecutionId=query_id)
    columns: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    rows: list[tuple[str | None, ...]] = []
    for page in pages:
        found = page["ResultSet"]
        described = found.get("ResultSetMetadata", {}).get("ColumnInfo", ())
        columns = columns or tuple(one["Name"] for one in described)
        types = types or tuple(one["Type"] for one in described)
        rows += [
            tuple(cell.get("VarCharValue") for cell in row.get("Data", ()))
            for row in found.get("Rows", ())
        ]
    # The first row of a select's answer repeats the names.
    return Result(columns, types, tuple(rows[1:] if rows[:1] == [columns] else rows))


def _client() -> AthenaClient:
    config = Config(
        connect_timeout=10, read_timeout=60, retries={"mode": "standard", "max_attempts": 4}
    )
    return boto3.session.Session().client("athena", config=config)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except aws.ClientError as error:
        if is_busy(error):
            raise LakeUnavailable(
                f"Athena is not able to answer now: {reason_of(error)}. Ask again later."
            ) from error
        raise QueryRefused(
            f"Athena cannot be asked: {reason_of(error)}. Check CHARTLAKE_ATHENA_DATABASE,"
            " CHARTLAKE_ATHENA_WORKGROUP (which needs a place in S3 for its results),"
            " AWS_DEFAULT_REGION, and the permissions for Athena, Glue and the bucket."
        ) from error
    except UNREACHED as error:
        raise LakeUnavailable(
            f"Athena does not answer: {error} Check the network, and ask again."
        ) from error
    except UNASKED as error:
        raise QueryRefused(
            f"Athena cannot be asked: {error} Set AWS_DEFAULT_REGION and credentials as for S3."
        ) from error
