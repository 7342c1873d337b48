"""The template, created by CloudFormation on a local stand-in for AWS, and used by the commands.

The stand-in (ministack) really creates each resource, and runs queries on the tables in DuckDB. It
is not AWS: it does not check permissions, drops lifecycle rules, and speaks DuckDB's SQL.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator

import boto3
import pytest
import requests
from dotenv import dotenv_values

from tests.support.aws_server import BUCKET, REGION
from tests.support.commands import run_command
from tests.support.small_lakes import chart_body, chart_name
from tests.support.templates import PATH

pytestmark = pytest.mark.stand_in

START_SECONDS = 60
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "made-up", "AWS_SECRET_ACCESS_KEY": "made-up"}
WEEKS, ROWS = 6, 30
# What the stand-in drops without an error.
DROPPED = "--  versions: music keeps earlier versions for ever"


@pytest.fixture
def stand_in(tmp_path) -> Iterator[str]:
    """The URL of the stand-in, with nothing in it."""
    program = shutil.which("ministack")
    assert program, "run `make stand-in`, which installs the stand-in"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    home = tmp_path / "stand-in"
    home.mkdir()
    environment = {**os.environ, "BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port)}
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen([program], cwd=home, env=environment, stdout=log, stderr=log)
    try:
        url = f"http://127.0.0.1:{port}"
        wait_for(url, server)
        yield url
    finally:
        server.terminate()
        server.wait(10)


def wait_for(url, server):
    end = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < end:
        try:
            requests.get(url, timeout=1)
            return
        except requests.ConnectionError:
            time.sleep(0.1)
    raise RuntimeError("The stand-in did not start.")


def create_stack(cloudformation, **parameters):
    """Create the stack from the template as it is; returns its outputs."""
    given = {"BucketName": BUCKET, **parameters}
    cloudformation.create_stack(
        StackName="chartlake",
        TemplateBody=PATH.read_text(encoding="utf-8"),
        Capabilities=["CAPABILITY_IAM"],
        Parameters=[
            {"ParameterKey": name, "ParameterValue": value} for name, value in given.items()
        ],
    )
    cloudformation.get_waiter("stack_create_complete").wait(
        StackName="chartlake", WaiterConfig={"Delay": 1}
    )
    (stack,) = cloudformation.describe_stacks(StackName="chartlake")["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


@pytest.fixture(params=["parquet", "csv"])
def stack(request, stand_in, tmp_path, monkeypatch, capsys):
    """A stack and a folder whose `.env` is its output; a crawler with Parquet alone."""
    # The stand-in knows no classifiers, which a crawler of CSV has.
    crawler = "yes" if request.param == "parquet" else "no"
    monkeypatch.chdir(tmp_path)
    for name, value in {**CREDENTIALS, "AWS_ENDPOINT_URL": stand_in}.items():
        monkeypatch.setenv(name, value)
    client = boto3.client("cloudformation", region_name=REGION)
    outputs = create_stack(client, Format=request.param, Crawler=crawler, Prefix="charts/")
    (tmp_path / ".env").write_text(outputs["DotEnv"], encoding="utf-8")
    yield client
    client.close()


def test_the_functions_are_created_and_called_by_queue_and_schedule(
    stand_in, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    for name, value in {**CREDENTIALS, "AWS_ENDPOINT_URL": stand_in}.items():
        monkeypatch.setenv(name, value)
    cloudformation, functions, scheduler, secrets = (
        boto3.client(service, region_name=REGION)
        for service in ("cloudformation", "lambda", "scheduler", "ssm")
    )
    outputs = create_stack(
        cloudformation,
        Image="an image",
        Charts="a chart",
        SpotifyClientId="an app",
        AlarmEmail="a@example.com",
    )
    created = {one["FunctionName"]: one for one in functions.list_functions()["Functions"]}
    assert set(created) == {"chartlake-land", "chartlake-process"}
    (mapping,) = functions.list_event_source_mappings()["EventSourceMappings"]
    assert mapping["FunctionArn"] == created["chartlake-process"]["FunctionArn"]
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    for name in created:
        asked = functions.get_function_event_invoke_config(FunctionName=name, Qualifier="$LATEST")
        assert "DeadLetterQueue" in asked["DestinationConfig"]["OnFailure"]["Destination"]
    called = [
        scheduler.get_schedule(Name=one["Name"])["Target"]["Arn"]
        for one in scheduler.list_schedules()["Schedules"]
    ]
    assert sorted(called) == sorted(one["FunctionArn"] for one in created.values())

    (tmp_path / ".env").write_text(outputs["DotEnv"], encoding="utf-8")
    secrets.put_parameter(Name="/chartlake/spotify-login", Value="{}", Type="SecureString")
    _, lines = output_of(capsys, "aws", "check")
    checked = [line for line in lines if " chartlake-" in line.partition(":")[0]]
    assert len(checked) == 12
    assert [line for line in checked if not line.startswith("ok")] == []

    cloudformation.delete_stack(StackName="chartlake")
    waiter = cloudformation.get_waiter("stack_delete_complete")
    waiter.wait(StackName="chartlake", WaiterConfig={"Delay": 1})
    assert functions.list_functions()["Functions"] == []
    for client in (cloudformation, functions, scheduler, secrets):
        client.close()


def output_of(capsys, *arguments):
    """The status and the lines that a command prints."""
    capsys.readouterr()
    return run_command(*arguments), capsys.readouterr().out.splitlines()


def test_from_the_template_to_an_answer(stack, tmp_path, capsys):
    status, lines = output_of(capsys, "aws", "check")
    assert [line for line in lines if not line.startswith(("ok", DROPPED))] == []
    assert status == 1  # for what the stand-in drops

    assert attached("WriterRole") == ["WriterPolicy"]
    assert attached("ReaderRole") == ["ReaderPolicy"]

    for week in range(WEEKS):
        (tmp_path / chart_name(week)).write_bytes(chart_body(week))
        assert run_command("land", chart_name(week)) == 0
    assert announced(tmp_path) == WEEKS
    assert run_command("process") == 0

    status, lines = output_of(capsys, "crawl")
    assert (status, lines[-1]) == (0, "the tables in chartlake are those of the lake")

    select = "select count(*), max(snapshot_month), min(song_name) from song_data"
    status, lines = output_of(capsys, "query", "--on", "athena", "--format", "csv", select)
    assert (status, lines[1:]) == (0, [f"{ROWS},2026-02,Song 1"])

    stack.delete_stack(StackName="chartlake")
    waiter = stack.get_waiter("stack_delete_complete")
    waiter.wait(StackName="chartlake", WaiterConfig={"Delay": 1})
    status, lines = output_of(capsys, "aws", "check")
    assert "ok  bucket: music exists" in lines
    assert any(line.startswith("--  tables: There is no ") for line in lines), lines

    # Another stack takes the bucket over, as it was.
    given = {"Format": stored_format(tmp_path), "Prefix": "charts/", "NewBucket": "no"}
    outputs = create_stack(stack, **given)
    (tmp_path / ".env").write_text(outputs["DotEnv"], encoding="utf-8")
    status, lines = output_of(capsys, "query", "--on", "athena", "--format", "csv", select)
    assert (status, lines[1:]) == (0, [f"{ROWS},2026-02,Song 1"])


def stored_format(folder):
    """The format of the lake, from `.env`."""
    return str(dotenv_values(folder / ".env")["CHARTLAKE_FORMAT"])


def announced(folder):
    """How many files the queue announces."""
    url = str(dotenv_values(folder / ".env")["CHARTLAKE_QUEUE_URL"])
    client = boto3.client("sqs", region_name=REGION)
    count = 0
    while messages := client.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        count += sum(len(json.loads(one["Body"]).get("Records", ())) for one in messages)
        for one in messages:
            client.delete_message(QueueUrl=url, ReceiptHandle=one["ReceiptHandle"])
    client.close()
    return count


def attached(role):
    """The managed policies of a role."""
    client = boto3.client("iam", region_name=REGION)
    (name,) = (
        one["RoleName"] for one in client.list_roles()["Roles"] if f"-{role}-" in one["RoleName"]
    )
    policies = client.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
    client.close()
    return [one["PolicyName"].split("-")[1] for one in policies]
