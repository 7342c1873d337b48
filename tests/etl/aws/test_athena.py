"""Questions to Athena: moto where it can answer, and Athena's own answers where moto lacks them."""

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
def answers(aws):
    client = boto3.client("athena")
    with Stubber(client) as stubber:
        context = {"Database": DATABASE}
        asked = {"QueryString": "select 1", "QueryExecutionContext": context}
        stubber.add_response("start_query_execution", {"QueryExecutionId": "q"}, asked)
        yield stubber
    client.close()


def shows(answers, *states, reason=None):
    for state in states:
        status = {"State": state} | ({"StateChangeReason": reason} if reason else {})
        found = {"QueryExecution": {"Status": status}}
        answers.add_response("get_query_execution", found, {"QueryExecutionId": "q"})


def run(answers, sleep=lambda seconds: None):
    return run_query("select 1", DATABASE, None, {}, client=answers.client, sleep=sleep)


def test_athenas_answer_is_an_answer_like_any(aws):
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
    given: Any = {"results": [{"rows": rows, "column_info": columns}], "region": REGION}
    requests.post(f"{aws.url}/moto-api/static/athena/query-results", json=given, timeout=10)
    answer = run_query("select *", DATABASE, None, {}, poll=0)
    assert answer.columns == tuple(kinds)
    assert answer.rows == (tuple(value for _, _, value in kinds.values()),)
    assert '"at": "2026-01-02 03:04:05"' in to_json(answer)


def test_an_answer_in_pages_is_read_to_its_end(answers):
    shows(answers, "QUEUED", "RUNNING", "SUCCEEDED")
    about = {"ColumnInfo": [column("name", "varchar")]}
    first = {"Rows": [row("name"), row("name"), row("a")], "ResultSetMetadata": about}
    last = {"Rows": [row("b")], "ResultSetMetadata": about}
    page = {"ResultSet": first, "NextToken": "more"}
    answers.add_response("get_query_results", page, {"QueryExecutionId": "q"})
    asked = {"QueryExecutionId": "q", "NextToken": "more"}
    answers.add_response("get_query_results", {"ResultSet": last}, asked)
    assert run(answers).rows == (("name",), ("a",), ("b",))
    answers.assert_no_pending_responses()


def test_a_query_that_fails_is_refused_in_athenas_own_words(answers):
    shows(answers, "FAILED", reason="line 1:8: Column 'x' cannot be resolved")
    with pytest.raises(QueryError, match="Column 'x' cannot be resolved"):
        run(answers)


def test_a_query_that_somebody_stops_gives_no_answer(answers):
    shows(answers, "CANCELLED")
    with pytest.raises(QueryError, match="ended as CANCELLED"):
        run(answers)


def test_a_query_that_nobody_waits_for_any_more_is_stopped(answers):
    def interrupt(seconds):
        raise KeyboardInterrupt

    shows(answers, "RUNNING")
    answers.add_response("stop_query_execution", {}, {"QueryExecutionId": "q"})
    with pytest.raises(KeyboardInterrupt):
        run(answers, interrupt)
    answers.assert_no_pending_responses()


def test_a_busy_athena_may_answer_later(answers):
    answers.add_client_error("get_query_execution", "ThrottlingException", "Rate exceeded")
    with pytest.raises(ServiceUnavailable, match="Rate exceeded"):
        run(answers)


def test_what_athena_may_not_be_asked_is_told_with_what_to_check(answers):
    message = "No output location provided."
    answers.add_client_error("get_query_execution", "InvalidRequestException", message)
    with pytest.raises(AccessDenied, match=r"No output location.*CHARTLAKE_ATHENA_WORKGROUP"):
        run(answers)


def test_without_a_region_athena_cannot_be_asked(aws, monkeypatch):
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    with pytest.raises(AccessDenied, match="AWS_DEFAULT_REGION"):
        run_query("select 1", DATABASE, None, {})


def test_an_athena_that_cannot_be_reached_may_be_asked_again(aws, monkeypatch, impatient_aws):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(ServiceUnavailable, match="does not answer"):
        run_query("select 1", DATABASE, None, {})
