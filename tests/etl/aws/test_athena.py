"""Queries in Athena: with moto, and with stubbed responses where moto has none."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import boto3
import pytest
import requests
from botocore.stub import Stubber

from etl.aws.athena import run_query
from etl.cli.tables import to_json
from etl.errors import AccessDenied, QueryError, ServiceUnavailable
from tests.support.aws_server import REGION

DATABASE = "charts"


def column(name, kind):
    return {"Name": name, "Type": kind}


def row(*cells):
    return {"Data": [{} if cell is None else {"VarCharValue": cell} for cell in cells]}


@pytest.fixture
def stubber(aws):
    client = boto3.client("athena")
    with Stubber(client) as stubber:
        context = {"Database": DATABASE}
        expected = {"QueryString": "select 1", "QueryExecutionContext": context}
        stubber.add_response("start_query_execution", {"QueryExecutionId": "q"}, expected)
        yield stubber
    client.close()


def add_states(stubber, *states, reason=None):
    """Stub responses about the query, one for each state."""
    for state in states:
        status = {"State": state} | ({"StateChangeReason": reason} if reason else {})
        response = {"QueryExecution": {"Status": status}}
        stubber.add_response("get_query_execution", response, {"QueryExecutionId": "q"})


def run(stubber, sleep=lambda seconds: None):
    return run_query("select 1", DATABASE, None, {}, client=stubber.client, sleep=sleep)


def test_values_are_converted_by_their_type(aws):
    kinds = {
        "n": ("bigint", "7", 7),
        "share": ("double", "0.5", 0.5),
        "price": ("decimal", "1.50", Decimal("1.50")),
        "is_new": ("boolean", "true", True),
        "day": ("date", "2026-01-02", date(2026, 1, 2)),
        "at": ("timestamp", "2026-01-02 03:04:05.000", datetime(2026, 1, 2, 3, 4, 5)),
        "ids": ("array", "[a, b]", "[a, b]"),
        "name": ("varchar", "Zoé", "Zoé"),
        "nothing": ("varchar", None, None),
    }
    columns = [column(name, kind) for name, (kind, _, _) in kinds.items()]
    rows = [row(*kinds), row(*(text for _, text, _ in kinds.values()))]
    queue: Any = {"results": [{"rows": rows, "column_info": columns}], "region": REGION}
    requests.post(f"{aws.url}/moto-api/static/athena/query-results", json=queue, timeout=10)
    result = run_query("select *", DATABASE, None, {}, poll=0)
    assert result.columns == tuple(kinds)
    assert result.rows == (tuple(value for _, _, value in kinds.values()),)
    assert '"at": "2026-01-02 03:04:05"' in to_json(result)


def test_all_pages_of_a_result_are_read(stubber):
    add_states(stubber, "QUEUED", "RUNNING", "SUCCEEDED")
    metadata = {"ColumnInfo": [column("name", "varchar")]}
    first = {"Rows": [row("name"), row("name"), row("a")], "ResultSetMetadata": metadata}
    last = {"Rows": [row("b")], "ResultSetMetadata": metadata}
    page = {"ResultSet": first, "NextToken": "more"}
    stubber.add_response("get_query_results", page, {"QueryExecutionId": "q"})
    expected = {"QueryExecutionId": "q", "NextToken": "more"}
    stubber.add_response("get_query_results", {"ResultSet": last}, expected)
    assert run(stubber).rows == (("name",), ("a",), ("b",))
    stubber.assert_no_pending_responses()


def test_a_failed_query_has_the_message_of_athena(stubber):
    add_states(stubber, "FAILED", reason="line 1:8: Column 'x' cannot be resolved")
    with pytest.raises(QueryError, match="Column 'x' cannot be resolved"):
        run(stubber)


def test_a_cancelled_query_is_an_error(stubber):
    add_states(stubber, "CANCELLED")
    with pytest.raises(QueryError, match="ended as CANCELLED"):
        run(stubber)


def test_an_interrupted_query_is_stopped(stubber):
    def interrupt(seconds):
        raise KeyboardInterrupt

    add_states(stubber, "RUNNING")
    stubber.add_response("stop_query_execution", {}, {"QueryExecutionId": "q"})
    with pytest.raises(KeyboardInterrupt):
        run(stubber, interrupt)
    stubber.assert_no_pending_responses()


def test_throttling_is_a_transient_error(stubber):
    stubber.add_client_error("get_query_execution", "ThrottlingException", "Rate exceeded")
    with pytest.raises(ServiceUnavailable, match="Rate exceeded"):
        run(stubber)


def test_an_invalid_request_says_what_to_check(stubber):
    message = "No output location provided."
    stubber.add_client_error("get_query_execution", "InvalidRequestException", message)
    with pytest.raises(AccessDenied, match=r"No output location.*CHARTLAKE_ATHENA_WORKGROUP"):
        run(stubber)


def test_a_query_needs_a_region(aws, monkeypatch):
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    with pytest.raises(AccessDenied, match="AWS_DEFAULT_REGION"):
        run_query("select 1", DATABASE, None, {})


def test_a_failed_connection_is_a_transient_error(aws, monkeypatch, impatient_aws):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(ServiceUnavailable, match="does not answer"):
        run_query("select 1", DATABASE, None, {})
