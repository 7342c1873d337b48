"""The Lambda functions: the image's entry point, called over a Runtime API, on a lake in S3."""

from __future__ import annotations

import json
import sys
from urllib.parse import quote_plus

import pytest

from demo.render import Playlist
from demo.web_api import CLIENT_ID, WebApi
from demo.world import World
from etl.errors import ServiceUnavailable
from etl.lake import open_lake
from etl.lake.layout import PENDING, PROCESSED, QUARANTINE
from etl.serverless.functions import process_landed
from tests.support.aws_server import REGION
from tests.support.lambda_runtime import running_function
from tests.support.logins import ended_login
from tests.support.small_lakes import archived_names, chart_body, chart_name, lake_contents
from tests.support.templates import Template

pytestmark = [
    pytest.mark.slow,
    pytest.mark.service,
    pytest.mark.skipif(sys.platform != "linux", reason="the Runtime API's client is for Linux"),
]

CHART, NO_CHART = "5FN6Ego7eLX6zHuCMovIR2", "7FN6Ego7eLX6zHuCMovIR9"
LOGIN = "/chartlake/spotify-login"
MANIFEST = "manifests/regional-{}-weekly/2026-01.json"
# What S3 sends when it is told to notify a queue.
TEST_EVENT = {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "music"}


@pytest.fixture(scope="module")
def location(seaweed):
    return seaweed.new_location()


@pytest.fixture(scope="module")
def variables(seaweed, aws_server):
    """Where the functions find S3 and the other services."""
    return {
        **aws_server.environ,
        **seaweed.environ,
        "AWS_ENDPOINT_URL": aws_server.url,
        "AWS_ENDPOINT_URL_S3": seaweed.endpoint,
        "AWS_DEFAULT_REGION": REGION,
    }


@pytest.fixture(scope="module")
def template(location):
    """The template for this lake."""
    bucket, _, prefix = location.removeprefix("s3://").partition("/")
    return Template.filled(
        BucketName=bucket,
        Prefix=f"{prefix}/",
        Image="an image",
        Charts=f"{NO_CHART} {CHART}",
        SpotifyClientId=CLIENT_ID,
    )


@pytest.fixture
def lake(variables, location, monkeypatch):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return open_lake(location)


@pytest.fixture(scope="module")
def web_api():
    with WebApi(World(2), {CHART: Playlist("Mine")}) as server:
        yield server


@pytest.fixture(scope="module")
def land(template, variables, web_api, tmp_path_factory):
    """The function that lands charts."""
    spotify = {
        "CHARTLAKE_SPOTIFY_API_URL": web_api.api_url,
        "CHARTLAKE_SPOTIFY_ACCOUNTS_URL": web_api.accounts_url,
    }
    described = template.resources["LandFunction"]
    folder = tmp_path_factory.mktemp("land")
    with running_function(described, folder, variables | spotify) as function:
        yield function


@pytest.fixture(scope="module")
def process(template, variables, tmp_path_factory):
    """The function that processes what landed."""
    described = template.resources["ProcessFunction"]
    with running_function(described, tmp_path_factory.mktemp("process"), variables) as function:
        yield function


@pytest.fixture
def login(aws_server, web_api, tmp_path):
    """A user's login in the Parameter Store, whose hour is over."""
    token = ended_login(web_api, tmp_path)
    with aws_server.client("ssm") as ssm:
        ssm.put_parameter(Name=LOGIN, Value=json.dumps(token), Type="SecureString", Overwrite=True)
    return token


def stored_login(aws_server):
    with aws_server.client("ssm") as ssm:
        shown = ssm.get_parameter(Name=LOGIN, WithDecryption=True)["Parameter"]
    assert shown["Type"] == "SecureString"
    return json.loads(shown["Value"])


def message(identifier, location, name):
    """A message of the queue, about a file that was written to the landing zone."""
    bucket, _, prefix = location.removeprefix("s3://").partition("/")
    key = quote_plus(f"{prefix}/{PENDING}{name}", safe="/")
    record = {
        "eventName": "ObjectCreated:Put",
        "s3": {"bucket": {"name": bucket}, "object": {"key": key}},
    }
    return {"messageId": identifier, "body": json.dumps({"Records": [record]})}


def test_a_schedule_lands_charts_and_an_event_of_the_bucket_publishes_them(
    land, process, lake, location, login, aws_server
):
    landed = land({})
    assert NO_CHART in landed.error  # after the other chart was taken
    (name,) = (stored.key.removeprefix(PENDING) for stored in lake.list(PENDING))
    assert land({}).error == landed.error
    assert [stored.key for stored in lake.list(PENDING)] == [PENDING + name]
    assert "landed Mine, 50 entries" in land.printed
    assert "unchanged Mine, 50 entries" in land.printed

    renewed = stored_login(aws_server)
    assert renewed["authorized_at"] == login["authorized_at"]
    for secret in ("access_token", "refresh_token"):
        assert renewed[secret] != login[secret]
        assert renewed[secret] not in land.printed
        assert login[secret] not in land.printed

    event = {"Records": [message("one", location, name)]}
    assert process(event).value == {"batchItemFailures": []}
    assert name in archived_names(lake)
    published = lake_contents(lake)
    assert process(event).value == {"batchItemFailures": []}
    assert lake_contents(lake) == published
    assert process.printed.count("published 1 snapshot") == 1


def test_a_message_whose_file_cannot_be_read_is_delivered_again_and_the_others_are_not(
    process, lake, location, seaweed
):
    bucket, _, prefix = location.removeprefix("s3://").partition("/")
    locked, good, bad = chart_name(1), chart_name(0), "no chart.csv"
    with seaweed.client() as s3:
        # The store hands this one out to whoever has its key alone.
        s3.put_object(
            Bucket=bucket,
            Key=f"{prefix}/{PENDING}{locked}",
            Body=chart_body(1),
            SSECustomerAlgorithm="AES256",
            SSECustomerKey="k" * 32,
        )
    lake.write(PENDING + good, chart_body(0))
    lake.write(PENDING + bad, b"nothing")
    names = {"a": locked, "b": good, "c": bad}
    records = [message(identifier, location, name) for identifier, name in names.items()]
    failed = [{"itemIdentifier": "a"}]
    assert process({"Records": records}).value == {"batchItemFailures": failed}
    assert good in archived_names(lake)
    assert lake.find(QUARANTINE + bad)
    assert f"quarantined: {bad}" in process.printed

    # By schedule, no message is delivered again, so the call fails.
    assert locked in process({}).error
    lake.delete(PENDING + locked)


def test_a_message_whose_manifest_is_damaged_is_delivered_again_and_the_others_are_not(
    process, lake, location
):
    manifest, held, free = MANIFEST.format("held"), chart_name(0, "held"), chart_name(0, "free")
    lake.write(manifest, b"garbage")
    lake.write(PENDING + held, chart_body(0))
    lake.write(PENDING + free, chart_body(0))
    records = [message("a", location, held), message("b", location, free)]
    failed = [{"itemIdentifier": "a"}]
    assert process({"Records": records}).value == {"batchItemFailures": failed}
    assert free in archived_names(lake) and held not in archived_names(lake)
    assert f"still pending: {held}: The manifest {manifest}" in process.printed

    assert manifest in process({}).error
    lake.delete(manifest)
    assert process({"Records": records[:1]}).value == {"batchItemFailures": []}
    assert held in archived_names(lake)


def test_what_no_message_announced_is_published_on_schedule(process, lake):
    lake.write(PENDING + chart_name(2), chart_body(2))
    assert process({}).value == {"batchItemFailures": []}
    assert lake.find(PROCESSED + chart_name(2))


def test_a_message_that_is_about_no_file_of_the_lake_starts_nothing(process, lake):
    lake.write(PENDING + chart_name(3), chart_body(3))
    records = [
        {"messageId": "test", "body": json.dumps(TEST_EVENT)},
        message("elsewhere", f"{lake.location}-other", chart_name(3)),
        {"messageId": "words", "body": "hello"},
    ]
    assert process({"Records": records}).value == {"batchItemFailures": []}
    assert lake.find(PENDING + chart_name(3))
    lake.delete(PENDING + chart_name(3))


def test_where_the_lake_does_not_answer_the_call_fails_and_everything_is_delivered_again(
    variables, location, monkeypatch, impatient_aws
):
    nowhere = {"AWS_ENDPOINT_URL_S3": "http://127.0.0.1:9", "CHARTLAKE_LAKE": location}
    for name, value in {**variables, **nowhere}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ServiceUnavailable, match="S3 does not answer"):
        process_landed({"Records": [message("one", location, chart_name(0))]}, None)
