"""The Glue crawler: with moto, and with stubbed responses where moto has none."""

from __future__ import annotations

from time import sleep

import boto3
import pytest
from botocore.config import Config
from botocore.stub import Stubber

from etl.aws.glue import Crawler
from etl.errors import AccessDenied, CrawlFailed, CrawlTimeout, ServiceUnavailable
from etl.lake import open_lake
from etl.pipeline.crawl import is_crawl_due
from tests.support.aws_server import CRAWLER


class Clock:
    """A clock that advances only when it sleeps."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds


@pytest.fixture
def crawler(aws):
    aws.make_crawler()
    return aws


@pytest.fixture
def stubber(aws):
    client = boto3.client("glue")
    with Stubber(client) as stubber:
        yield stubber
    client.close()


def run(stubber, **options):
    """Run the crawler; returns how long it waited, in seconds."""
    clock = Clock()
    Crawler(CRAWLER, {}, stubber.client, clock.sleep, clock).run(**options)
    stubber.assert_no_pending_responses()
    return clock.now


def add_state(stubber, state, **last_crawl):
    crawler = {"Name": CRAWLER, "State": state}
    if last_crawl:
        crawler["LastCrawl"] = last_crawl
    stubber.add_response("get_crawler", {"Crawler": crawler}, {"Name": CRAWLER})


def add_start(stubber, code=None, message=""):
    if code:
        stubber.add_client_error("start_crawler", code, message)
    else:
        stubber.add_response("start_crawler", {}, {"Name": CRAWLER})


def test_the_crawler_runs_until_it_is_ready(crawler):
    Crawler(CRAWLER, {}).run(poll=0.1)
    assert (Crawler(CRAWLER, {}).state(), crawler.crawl_count()) == ("READY", 1)


def test_a_crawl_in_progress_is_followed_by_another(crawler):
    with crawler.client("glue") as glue:
        glue.start_crawler(Name=CRAWLER)
    Crawler(CRAWLER, {}).run(poll=0.1)
    assert crawler.crawl_count() == 2


def test_a_crawl_is_due_if_something_was_published_since_the_last_one(crawler, tmp_path):
    lake = open_lake(str(tmp_path))
    assert not is_crawl_due(lake, Crawler(CRAWLER, {}))
    lake.write("manifests/a/2026-01.json", b"{}")
    assert is_crawl_due(lake, Crawler(CRAWLER, {}))
    sleep(1.1)  # times in Glue are whole seconds
    Crawler(CRAWLER, {}).run(poll=0.1)
    assert not is_crawl_due(lake, Crawler(CRAWLER, {}))
    lake.write("manifests/a/2026-02.json", b"{}")
    assert is_crawl_due(lake, Crawler(CRAWLER, {}))


def test_a_missing_crawler_is_an_error(crawler):
    with pytest.raises(CrawlFailed, match="run the crawler missing: there is no crawler"):
        Crawler("missing", {}).run(poll=0.1)


def test_a_crawl_that_takes_too_long_is_not_waited_for(stubber):
    add_start(stubber)
    for _ in range(3):
        add_state(stubber, "RUNNING")
    with pytest.raises(CrawlTimeout, match="still running after the time"):
        run(stubber, timeout=30, poll=10)


def test_a_failed_crawl_has_the_message_of_glue(stubber):
    add_start(stubber)
    add_state(stubber, "STOPPING")
    add_state(stubber, "READY")
    failure = {"ErrorMessage": "Insufficient Lake Formation permission.", "LogGroup": "/aws/glue"}
    add_state(stubber, "READY", Status="FAILED", **failure)
    with pytest.raises(CrawlFailed) as caught:
        run(stubber)
    assert "ended as FAILED: Insufficient Lake Formation permission." in str(caught.value)
    assert "Its log is /aws/glue." in str(caught.value)


def test_a_cancelled_crawl_is_an_error(stubber):
    add_start(stubber)
    add_state(stubber, "READY")
    add_state(stubber, "READY", Status="CANCELLED")
    with pytest.raises(CrawlFailed, match="ended as CANCELLED: Glue gives no reason"):
        run(stubber)


def test_a_stopping_crawler_is_waited_for(stubber):
    add_start(stubber, "CrawlerStoppingException")
    add_state(stubber, "READY")
    add_start(stubber)
    add_state(stubber, "READY")
    add_state(stubber, "READY", Status="SUCCEEDED")
    assert run(stubber, poll=10) == 20


def test_throttling_is_a_transient_error(stubber):
    add_start(stubber, "ThrottlingException")
    with pytest.raises(ServiceUnavailable, match=r"Glue cannot run the crawler charts now"):
        run(stubber)


def test_a_missing_permission_is_named(stubber):
    add_start(stubber, "AccessDeniedException", "User x is not authorized")
    with pytest.raises(AccessDenied, match=r"User x is not authorized .*glue:StartCrawler"):
        run(stubber)


def test_a_crawl_needs_a_region(monkeypatch):
    with pytest.raises(AccessDenied, match="AWS_DEFAULT_REGION"):
        Crawler(CRAWLER, {}).run()


def test_a_crawl_needs_credentials(monkeypatch):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    with pytest.raises(AccessDenied, match="credentials"):
        Crawler(CRAWLER, {}).run()


def test_a_failed_connection_is_a_transient_error(aws):
    no_retries = Config(retries={"total_max_attempts": 1})
    client = boto3.client("glue", endpoint_url="http://127.0.0.1:9", config=no_retries)
    with pytest.raises(ServiceUnavailable, match="Glue does not answer"):
        Crawler(CRAWLER, {}, client).run()
    client.close()
