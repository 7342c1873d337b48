"""The Glue crawler: against moto, and with Glue's own answers where moto lacks them."""

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
    """A clock that only sleeping moves on."""

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
def answers(aws):
    client = boto3.client("glue")
    with Stubber(client) as stubber:
        yield stubber
    client.close()


def run(answers, **given):
    clock = Clock()
    Crawler(CRAWLER, {}, answers.client, clock.sleep, clock).run(**given)
    answers.assert_no_pending_responses()
    return clock.now


def shows(answers, state, **last):
    found = {"Name": CRAWLER, "State": state} | ({"LastCrawl": last} if last else {})
    answers.add_response("get_crawler", {"Crawler": found}, {"Name": CRAWLER})


def starts(answers, code=None, message=""):
    if code:
        answers.add_client_error("start_crawler", code, message)
    else:
        answers.add_response("start_crawler", {}, {"Name": CRAWLER})


def test_the_crawler_runs_to_its_end(crawler):
    Crawler(CRAWLER, {}).run(poll=0.1)
    assert (Crawler(CRAWLER, {}).state(), crawler.crawls()) == ("READY", 1)


def test_a_crawl_under_way_is_waited_for_and_another_one_run(crawler):
    with crawler.client("glue") as glue:
        glue.start_crawler(Name=CRAWLER)
    Crawler(CRAWLER, {}).run(poll=0.1)
    assert crawler.crawls() == 2


def test_a_crawl_is_due_once_something_was_published_since_the_last(crawler, tmp_path):
    lake = open_lake(str(tmp_path))
    assert not is_crawl_due(lake, Crawler(CRAWLER, {}))
    lake.write("manifests/a/2026-01.json", b"{}")
    assert is_crawl_due(lake, Crawler(CRAWLER, {}))
    sleep(1.1)  # Glue's times are whole seconds
    Crawler(CRAWLER, {}).run(poll=0.1)
    assert not is_crawl_due(lake, Crawler(CRAWLER, {}))
    lake.write("manifests/a/2026-02.json", b"{}")
    assert is_crawl_due(lake, Crawler(CRAWLER, {}))


def test_a_crawler_that_is_not_there_is_named(crawler):
    with pytest.raises(CrawlFailed, match="run the crawler nobody: there is no crawler"):
        Crawler("nobody", {}).run(poll=0.1)


def test_a_crawl_that_takes_too_long_is_left_to_itself(answers):
    starts(answers)
    for _ in range(3):
        shows(answers, "RUNNING")
    with pytest.raises(CrawlTimeout, match="still running after the time"):
        run(answers, timeout=30, poll=10)


def test_a_failed_crawl_is_reported_in_glues_own_words(answers):
    starts(answers)
    shows(answers, "STOPPING")
    shows(answers, "READY")
    failure = {"ErrorMessage": "Insufficient Lake Formation permission.", "LogGroup": "/aws/glue"}
    shows(answers, "READY", Status="FAILED", **failure)
    with pytest.raises(CrawlFailed) as caught:
        run(answers)
    assert "ended as FAILED: Insufficient Lake Formation permission." in str(caught.value)
    assert "Its log is /aws/glue." in str(caught.value)


def test_a_cancelled_crawl_is_no_success(answers):
    starts(answers)
    shows(answers, "READY")
    shows(answers, "READY", Status="CANCELLED")
    with pytest.raises(CrawlFailed, match="ended as CANCELLED: Glue gives no reason"):
        run(answers)


def test_a_crawler_that_is_stopping_is_waited_for(answers):
    starts(answers, "CrawlerStoppingException")
    shows(answers, "READY")
    starts(answers)
    shows(answers, "READY")
    shows(answers, "READY", Status="SUCCEEDED")
    assert run(answers, poll=10) == 20


def test_a_throttled_glue_may_be_asked_again_later(answers):
    starts(answers, "ThrottlingException")
    with pytest.raises(ServiceUnavailable, match=r"Glue cannot run the crawler charts now"):
        run(answers)


def test_a_lack_of_permission_names_what_is_needed(answers):
    starts(answers, "AccessDeniedException", "User x is not authorized")
    with pytest.raises(AccessDenied, match=r"User x is not authorized .*glue:StartCrawler"):
        run(answers)


def test_a_missing_region_is_asked_for(monkeypatch):
    with pytest.raises(AccessDenied, match="AWS_DEFAULT_REGION"):
        Crawler(CRAWLER, {}).run()


def test_missing_credentials_are_asked_for(monkeypatch):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    with pytest.raises(AccessDenied, match="credentials"):
        Crawler(CRAWLER, {}).run()


def test_a_glue_that_cannot_be_reached_may_be_asked_again(aws):
    once = Config(retries={"total_max_attempts": 1})
    client = boto3.client("glue", endpoint_url="http://127.0.0.1:9", config=once)
    with pytest.raises(ServiceUnavailable, match="Glue does not answer"):
        Crawler(CRAWLER, {}, client).run()
    client.close()
