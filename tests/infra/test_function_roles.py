"""The role of each function may do what the function does, and nothing else."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from demo.render import Playlist
from demo.web_api import CLIENT_ID, WebApi
from demo.world import World
from etl.lake import open_lake
from etl.lake.intents import declare
from etl.pipeline.purge import plan_purge
from etl.pipeline.unfinished import rebuild_intent
from etl.serverless.functions import land_charts, process_landed
from tests.support.aws_server import BUCKET
from tests.support.aws_stack import create_stack
from tests.support.commands import run_command
from tests.support.logins import ended_login
from tests.support.permissions import Need, allows, listed, recorded
from tests.support.small_lakes import chart_body, chart_name, playlist_body, playlist_name
from tests.support.templates import ACCOUNT, Template

pytestmark = [pytest.mark.service, pytest.mark.slow]

CHART = "5FN6Ego7eLX6zHuCMovIR2"
PREFIX = "charts/"
TEMPLATE = Template.filled(
    Prefix=PREFIX, Image="an image", Charts=CHART, SpotifyClientId=CLIENT_ID, AlarmEmail="a@b.c"
)
VARIABLES = {
    name: value
    for function in TEMPLATE.of_type("AWS::Lambda::Function").values()
    for name, value in function["Environment"]["Variables"].items()
}
LAKE = f"arn:aws:s3:::{BUCKET}/{PREFIX}"
ZONE = f"{PREFIX}raw_data/to_be_processed/"
# What Lambda does in the name of a role, and no code of ours:
# https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
LOGS = {"logs:CreateLogStream", "logs:PutLogEvents"}
BY_LAMBDA = {
    "LandRole": {*LOGS, "sqs:SendMessage"},
    "ProcessRole": {
        *{*LOGS, "sqs:SendMessage"},
        *{"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"},
    },
}
QUEUES = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:"
PARAMETERS = f"arn:aws:ssm:eu-west-1:{ACCOUNT}:parameter/"
REFUSED = {
    "LandRole": [
        Need("s3:DeleteObject", f"{LAKE}raw_data/to_be_processed/a.json"),
        Need("s3:PutObject", f"{LAKE}raw_data/processed/a.json"),
        Need("s3:PutObject", f"{LAKE}transformed_data/song_data/a.parquet"),
        Need("s3:GetObject", f"{LAKE}manifests/a/2026-01.json"),
        Need("ssm:PutParameter", f"{PARAMETERS}chartlake/spotify-client-secret"),
        Need("ssm:GetParameters", f"{PARAMETERS}another/spotify-login"),
        Need("sqs:SendMessage", f"{QUEUES}LandingQueue"),
    ],
    "ProcessRole": [
        Need("s3:PutObject", f"arn:aws:s3:::{BUCKET}/other/a.json"),
        Need("s3:PutObject", f"{LAKE}history_data/charts/all.parquet"),
        Need("ssm:GetParameters", f"{PARAMETERS}chartlake/spotify-login"),
        Need("glue:UpdateTable", f"arn:aws:glue:eu-west-1:{ACCOUNT}:table/chartlake/song_data"),
        Need("sqs:SendMessage", f"{QUEUES}LandingQueue"),
    ],
}


@pytest.fixture(scope="module")
def needs(aws_server, tmp_path_factory):
    """What each function needs, in a lake in which nothing is."""
    folder = tmp_path_factory.mktemp("functions")
    with (
        pytest.MonkeyPatch.context() as patch,
        WebApi(World(2), {CHART: Playlist("Mine")}) as web_api,
    ):
        patch.chdir(folder)
        spotify = {
            "CHARTLAKE_SPOTIFY_API_URL": web_api.api_url,
            "CHARTLAKE_SPOTIFY_ACCOUNTS_URL": web_api.accounts_url,
        }
        for name, value in {**aws_server.environ, **spotify, **VARIABLES}.items():
            patch.setenv(name, value)
        login = json.dumps(ended_login(web_api, folder))
        return {"LandRole": _land(aws_server, login), "ProcessRole": _process(aws_server)}


def _land(aws_server, login):
    aws_server.forget()
    create_stack(aws_server, TEMPLATE)
    with aws_server.client("ssm") as ssm:
        ssm.put_parameter(Name="/chartlake/spotify-login", Value=login, Type="SecureString")
    with recorded() as needs:
        land_charts({}, None)
    process_landed({}, None)
    with recorded() as more:
        land_charts({}, None)  # and compare with what is archived now
    return needs | more


def _process(aws_server):
    aws_server.forget()
    create_stack(aws_server, TEMPLATE)
    aws_server.put(ZONE + chart_name(0), body=chart_body(0))
    aws_server.put(ZONE + playlist_name(0), body=playlist_body(0))
    aws_server.put(ZONE + "nothing.json", body=b"nothing")
    with recorded() as needs:
        process_landed({}, None)
    aws_server.put(ZONE + chart_name(0), body=chart_body(1))
    with recorded() as more:
        process_landed({}, None)
    _leave_unfinished()
    with recorded() as most:
        process_landed({}, None)
    return needs | more | most


def _leave_unfinished():
    """Let a purge and a rebuild die in a lake that has references and an export."""
    lake = open_lake(f"s3://{BUCKET}/{PREFIX}")
    reference = {"source": "spotify", "kind": "track", "fetched_at": "2026-01-01T00:00:00Z"}
    lake.write(
        "raw_data/reference/spotify_track.json", json.dumps(reference | {"answers": []}).encode()
    )
    for command in ("mirror", "export"):
        assert run_command(command) == 0
    plan = plan_purge(lake, datetime.now(UTC) + timedelta(minutes=1))
    assert plan.snapshots and plan.raw_files and plan.references
    declare(lake, plan.to_intent())
    declare(lake, rebuild_intent(None))


@pytest.mark.parametrize("role", REFUSED)
def test_a_function_may_do_what_it_does(needs, role):
    assert needs[role]
    assert [need for need in sorted(needs[role]) if not allows(TEMPLATE, role, need)] == []


@pytest.mark.parametrize("role", REFUSED)
def test_a_function_may_do_nothing_else(needs, role):
    allowed = set().union(*TEMPLATE.actions(role).values())
    assert allowed - BY_LAMBDA[role] == {need.action for need in needs[role]}
    assert [need for need in REFUSED[role] if allows(TEMPLATE, role, need)] == []


@pytest.mark.parametrize("role", REFUSED)
def test_every_folder_that_a_function_may_use_is_used(needs, role):
    folders = {
        resource.removesuffix("*")
        for statement in TEMPLATE.statements(role)
        for resource in listed(statement["Resource"])
        if resource.startswith(LAKE)
    }
    used = {need.resource for need in needs[role]}
    assert [one for one in folders if not any(each.startswith(one) for each in used)] == []


def test_only_the_services_that_call_it_may_assume_a_role():
    trusted = {
        name: statement["Principal"]
        for name in ("LandRole", "ProcessRole", "SchedulerRole")
        for statement in TEMPLATE.resources[name]["AssumeRolePolicyDocument"]["Statement"]
    }
    assert trusted["LandRole"] == trusted["ProcessRole"] == {"Service": "lambda.amazonaws.com"}
    assert trusted["SchedulerRole"] == {"Service": "scheduler.amazonaws.com"}
    assert TEMPLATE.actions("SchedulerRole") == {"Call": {"lambda:InvokeFunction"}}
