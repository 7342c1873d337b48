"""`aws check` of the functions in the template, and of what differs from it."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from etl.aws import functions as aws_functions
from etl.cli import functions_check
from etl.cli.findings import checked
from etl.cli.functions_check import check_functions
from etl.settings import load_settings
from tests.support.aws_server import BUCKET
from tests.support.aws_stack import create_functions, create_queues, queue_url
from tests.support.templates import Template

IMAGE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/chartlake:1"
TEMPLATE = Template.filled(Image=IMAGE, Charts="a chart", SpotifyClientId="an app")
LAND, PROCESS = "chartlake-land", "chartlake-process"


@pytest.fixture
def stack(aws, tmp_path, monkeypatch):
    """The functions and queues that the template describes, and settings that name them."""
    monkeypatch.chdir(tmp_path)
    create_queues(aws, TEMPLATE)
    create_functions(aws, TEMPLATE)
    with aws.client("ssm") as ssm:
        ssm.put_parameter(Name="/chartlake/spotify-login", Value="{}", Type="SecureString")
    settings = {
        "CHARTLAKE_LAKE": f"s3://{BUCKET}",
        "CHARTLAKE_ATHENA_DATABASE": "chartlake",
        "CHARTLAKE_QUEUE_URL": queue_url(aws),
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    return aws


def findings():
    return {one.subject: (one.mark, one.sentence) for one in check_functions(load_settings())}


def test_the_functions_of_the_template_are_as_wanted(stack):
    found = findings()
    assert {mark for mark, _ in found.values()} == {"ok"}
    common = ("image", "variables", "role", "schedule", "failures")
    assert set(found) == {
        *(f"{name}, {aspect}" for name in (LAND, PROCESS) for aspect in common),
        f"{LAND}, secrets",
        f"{PROCESS}, queue",
    }
    assert found[f"{PROCESS}, image"][1] == f"{IMAGE} runs"
    assert found[f"{PROCESS}, queue"][1] == "its messages call it"


def change_functions(functions):
    (mapping,) = functions.list_event_source_mappings(FunctionName=PROCESS)["EventSourceMappings"]
    functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    functions.delete_function_event_invoke_config(FunctionName=PROCESS, Qualifier="$LATEST")
    variables = {"CHARTLAKE_LAKE": "s3://another"}
    functions.update_function_configuration(
        FunctionName=PROCESS, Environment={"Variables": variables}
    )
    variables = {"CHARTLAKE_LAKE": f"s3://{BUCKET}/", "CHARTLAKE_PARAMETERS": "/another/"}
    functions.update_function_configuration(FunctionName=LAND, Environment={"Variables": variables})


def disable(scheduler, name):
    shown = scheduler.get_schedule(Name=name)
    kept = ("ScheduleExpression", "FlexibleTimeWindow", "Target")
    scheduler.update_schedule(Name=name, State="DISABLED", **{key: shown[key] for key in kept})


def close_role(iam, name):
    statement = {"Effect": "Allow", "Principal": {"Service": "glue.amazonaws.com"}}
    policy = {"Version": "2012-10-17", "Statement": [{**statement, "Action": "sts:AssumeRole"}]}
    iam.update_assume_role_policy(RoleName=name, PolicyDocument=json.dumps(policy))


DIFFERENCES = {
    f"{PROCESS}, variables": "CHARTLAKE_LAKE of chartlake-process is s3://another, and",
    f"{PROCESS}, role": "Lambda may not act as arn:aws:iam::123456789012:role/ProcessRole",
    f"{PROCESS}, schedule": "No schedule calls chartlake-process, or it is disabled.",
    f"{PROCESS}, failures": "Nobody hears of calls of chartlake-process by schedule that fail.",
    f"{PROCESS}, queue": "new files are processed on schedule only.",
    f"{LAND}, variables": "CHARTLAKE_CHARTS of chartlake-land is empty.",
    f"{LAND}, secrets": "Neither spotify-login nor spotify-client-secret is in /another/",
}


def test_what_differs_is_found_with_a_way_out(stack):
    changes = {
        "lambda": change_functions,
        "scheduler": lambda scheduler: disable(scheduler, "ProcessSchedule"),
        "iam": lambda iam: close_role(iam, "ProcessRole"),
    }
    for service, change in changes.items():
        with stack.client(service) as client:
            change(client)
    found = findings()
    assert {subject for subject, (mark, _) in found.items() if mark == "--"} == set(DIFFERENCES)
    for subject, part in DIFFERENCES.items():
        assert part in found[subject][1]
        assert "`chartlake aws template`" in found[subject][1] or "docs/aws.md" in found[subject][1]


LAMBDA, ANYBODY = {"Service": "lambda.amazonaws.com"}, "*"
ASSUME = {"Effect": "Allow", "Action": "sts:AssumeRole"}
# Statements, and what is said of the role.
TRUST: list[tuple[Any, str]] = [
    ({**ASSUME, "Principal": LAMBDA}, "Lambda may act as"),
    ([{**ASSUME, "Principal": LAMBDA}], "Lambda may act as"),
    ({**ASSUME, "Principal": {"Service": ["a.b", "lambda.amazonaws.com"]}}, "Lambda may act as"),
    ({**ASSUME, "Principal": LAMBDA, "Action": ["sts:TagSession", "sts:*"]}, "Lambda may act as"),
    (
        {**ASSUME, "Principal": ANYBODY, "Condition": {"StringEquals": {"aws:SourceAccount": "1"}}},
        "Lambda may act as",
    ),
    ({**ASSUME, "Principal": ANYBODY}, "Anybody may act as"),
    ({**ASSUME, "Principal": {"AWS": "*"}}, "Anybody may act as"),
    ({**ASSUME, "Principal": {"AWS": "arn:aws:iam::123456789012:root"}}, "Lambda may not act as"),
    ({**ASSUME, "Principal": {"Service": "edgelambda.amazonaws.com"}}, "Lambda may not act as"),
    ({**ASSUME, "Principal": LAMBDA, "Action": "sts:TagSession"}, "Lambda may not act as"),
    ({**ASSUME, "Principal": LAMBDA, "Effect": "Deny"}, "Lambda may not act as"),
    (
        [{**ASSUME, "Principal": LAMBDA}, {**ASSUME, "Principal": LAMBDA, "Effect": "Deny"}],
        "Lambda may not act as",
    ),
]


@pytest.mark.parametrize(("statement", "said"), TRUST, ids=str)
def test_who_may_act_as_a_role_is_understood_in_all_forms(monkeypatch, statement, said):
    role = {"Role": {"AssumeRolePolicyDocument": {"Statement": statement}}}
    functions = aws_functions.Functions({})
    monkeypatch.setattr(functions, "_asked", lambda *given, **more: role)
    function = aws_functions.Function(PROCESS, "arn", IMAGE, (), {}, "role/ProcessRole", None)
    finding = checked("role", lambda: functions_check._role(functions, function))
    assert finding.sentence.startswith(said)
    assert finding.mark == ("ok" if said == "Lambda may act as" else "--")


def test_a_function_whose_image_does_something_else_is_named(stack):
    declared = TEMPLATE.resources["LandFunction"]
    with stack.client("lambda") as functions:
        functions.delete_function(FunctionName=LAND)
        functions.create_function(
            FunctionName=LAND,
            Role=declared["Role"],
            Code=declared["Code"],
            PackageType="Image",
            ImageConfig={"Command": ["another.handler"]},
        )
    mark, sentence = findings()[f"{LAND}, image"]
    assert mark == "--"
    assert sentence.startswith(f"{LAND} does not run etl.serverless.functions.land_charts")


def test_what_lands_needs_a_function_that_processes_it(stack):
    with stack.client("lambda") as functions:
        functions.delete_function(FunctionName=PROCESS)
    mark, sentence = findings()[PROCESS]
    assert mark == "--"
    assert sentence.startswith("There is none, so what chartlake-land lands stays pending.")


def test_functions_are_not_needed(aws, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert findings()["functions"][0] == "ok"
    monkeypatch.setenv("CHARTLAKE_ATHENA_DATABASE", "chartlake")
    assert findings() == {"functions": ("ok", f"there is no {LAND}, and no {PROCESS}")}


def test_a_function_that_cannot_be_called_has_the_reason_in_lambdas_words(aws, monkeypatch):
    client = boto3.client("lambda")
    monkeypatch.setattr(aws_functions, "open_client", lambda *given: client)
    configuration = {"FunctionName": PROCESS, "FunctionArn": "arn", "Role": "role"}
    state = {"State": "Failed", "StateReason": "The image was deleted."}
    with Stubber(client) as stubber:  # in moto, every function can be called
        stubber.add_response("get_function", {"Configuration": {**configuration, **state}})
        function = aws_functions.Functions({}).find(PROCESS)
    client.close()
    assert function is not None
    assert function.problem == "The image was deleted."
