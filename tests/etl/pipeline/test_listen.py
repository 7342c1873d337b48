"""What a bucket's queue tells, and what is done about it: moto for AWS, over HTTP."""

from __future__ import annotations

import json

import pytest

from etl.aws.sqs import Queue, written_objects
from etl.errors import AccessDenied, ServiceUnavailable
from etl.pipeline import listen as listening
from etl.settings import load_settings
from tests.support.aws_server import BUCKET
from tests.support.event_server import receiving

LAKE = f"s3://{BUCKET}/some/prefix"
ZONE = "some/prefix/raw_data/to_be_processed/"
RECORD = {
    "eventName": "ObjectCreated:Put",
    "s3": {"bucket": {"name": BUCKET}, "object": {"key": "a/b+c%C3%A9.json"}},
}


def hear(queue, wait):
    return listening.listen(queue, load_settings(lake=LAKE), wait)


@pytest.fixture
def queue(aws, monkeypatch):
    monkeypatch.setattr(listening, "QUIET", 0)
    url = aws.make_queue()
    aws.make_bucket(url)
    return Queue(url, {})


@pytest.fixture
def told(monkeypatch):
    """What a Prefect server is told."""
    with receiving() as receiver:
        monkeypatch.setenv("PREFECT_API_URL", f"{receiver.url}/api")
        yield receiver.told


def test_what_lands_in_the_bucket_is_announced_once_and_together(aws, queue, told):
    aws.put(f"{ZONE}regional-xx-weekly-2026-01-01.csv", f"{ZONE}a list of mine é.json")
    names = hear(queue, 1)
    assert sorted(names) == ["a list of mine é.json", "regional-xx-weekly-2026-01-01.csv"]
    ((event,),) = [one.body for one in told]
    assert event["event"] == "chartlake.snapshot.landed"
    assert sorted(event["payload"]["names"]) == sorted(names)
    assert aws.left(queue.url) == 0
    assert hear(queue, 0) == []


def test_more_than_a_message_holds_is_heard_at_once(aws, queue, told):
    aws.put(*(f"{ZONE}{number}.json" for number in range(25)))
    assert len(hear(queue, 1)) == 25
    assert (len(told), aws.left(queue.url)) == (1, 0)


def test_what_is_no_landing_in_this_lake_is_passed_over(aws, queue, told):
    aws.put("some/prefix/raw_data/processed/a.json", f"other/{ZONE}b.json", f"{ZONE}c/")
    aws.send(queue.url, {"Event": "s3:TestEvent", "Service": "Amazon S3", "Bucket": BUCKET})
    aws.send(queue.url, "no JSON")
    assert hear(queue, 1) == []
    assert (told, aws.left(queue.url)) == ([], 0)


def test_what_could_not_be_told_is_heard_again(aws, queue, monkeypatch):
    aws.put(f"{ZONE}a.json")
    with receiving(503) as receiver:
        monkeypatch.setenv("PREFECT_API_URL", f"{receiver.url}/api")
        with pytest.raises(ServiceUnavailable, match="next scheduled run"):
            hear(queue, 1)
    # The other one told that the queue was set up.
    assert aws.left(queue.url) == 2


def test_a_queue_that_is_not_there_is_named_with_the_way_out(aws):
    with pytest.raises(AccessDenied, match=r"queue .*/nobody: .*CHARTLAKE_QUEUE_URL"):
        Queue(f"{aws.url}/123456789012/nobody", {}).receive(0)


def test_without_a_region_a_queue_cannot_be_read(aws, monkeypatch):
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    with pytest.raises(AccessDenied, match=r"cannot read.*Set.*AWS_DEFAULT_REGION"):
        Queue(f"{aws.url}/123456789012/landings", {})


def test_a_queue_that_does_not_answer_may_answer_later(aws, monkeypatch, impatient_aws):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(ServiceUnavailable, match="does not answer"):
        Queue("http://127.0.0.1:9/1/queue", {}).receive(0)


@pytest.mark.parametrize(
    "body",
    [
        {"Records": [RECORD]},
        {"Type": "Notification", "Message": json.dumps({"Records": [RECORD]})},
        {
            "detail-type": "Object Created",
            "detail": {"bucket": {"name": BUCKET}, "object": {"key": "a/b cé.json"}},
        },
    ],
    ids=["directly", "by SNS", "by EventBridge"],
)
def test_a_bucket_may_tell_in_three_ways(body):
    assert list(written_objects(json.dumps(body))) == [f"s3://{BUCKET}/a/b cé.json"]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "null",
        '{"Records": 1}',
        '{"Records": [{}]}',
        '{"Type": "Notification"}',
        json.dumps({"Records": [RECORD | {"eventName": "ObjectRemoved:Delete"}]}),
        '{"detail-type": "Object Deleted", "detail": {}}',
    ],
)
def test_any_other_message_says_that_nothing_was_written(body):
    assert list(written_objects(body)) == []
