"""The queue with notifications of the bucket, on a moto server, and the events sent for them."""

from __future__ import annotations

import json

import pytest

from etl.aws.sqs import Queue, written_objects
from etl.errors import AccessDenied, ServiceUnavailable
from etl.pipeline import listen as listening
from etl.settings import load_settings
from tests.support.aws_server import BUCKET
from tests.support.event_server import event_receiver

LAKE = f"s3://{BUCKET}/some/prefix"
ZONE = "some/prefix/raw_data/to_be_processed/"
RECORD = {
    "eventName": "ObjectCreated:Put",
    "s3": {"bucket": {"name": BUCKET}, "object": {"key": "a/b+c%C3%A9.json"}},
}


def listen_once(queue, wait):
    return listening.listen(queue, load_settings(lake=LAKE), wait)


@pytest.fixture
def queue(aws, monkeypatch):
    monkeypatch.setattr(listening, "QUIET", 0)
    url = aws.make_queue()
    aws.make_bucket(url)
    return Queue(url, {})


@pytest.fixture
def received(monkeypatch):
    """The requests that a Prefect server has received."""
    with event_receiver() as receiver:
        monkeypatch.setenv("PREFECT_API_URL", f"{receiver.url}/api")
        yield receiver.received


def test_landed_files_are_announced_once_in_one_event(aws, queue, received):
    aws.put(f"{ZONE}regional-xx-weekly-2026-01-01.csv", f"{ZONE}a playlist é.json")
    names = listen_once(queue, 1)
    assert sorted(names) == ["a playlist é.json", "regional-xx-weekly-2026-01-01.csv"]
    ((event,),) = [request.body for request in received]
    assert event["event"] == "chartlake.snapshot.landed"
    assert sorted(event["payload"]["names"]) == sorted(names)
    assert aws.message_count(queue.url) == 0
    assert listen_once(queue, 0) == []


def test_many_messages_are_received_at_once(aws, queue, received):
    aws.put(*(f"{ZONE}{number}.json" for number in range(25)))
    assert len(listen_once(queue, 1)) == 25
    assert (len(received), aws.message_count(queue.url)) == (1, 0)


def test_other_objects_and_messages_are_ignored(aws, queue, received):
    aws.put("some/prefix/raw_data/processed/a.json", f"other/{ZONE}b.json", f"{ZONE}c/")
    aws.send(queue.url, {"Event": "s3:TestEvent", "Service": "Amazon S3", "Bucket": BUCKET})
    aws.send(queue.url, "not JSON")
    assert listen_once(queue, 1) == []
    assert (received, aws.message_count(queue.url)) == ([], 0)


def test_messages_stay_in_the_queue_if_the_event_cannot_be_sent(aws, queue, monkeypatch):
    aws.put(f"{ZONE}a.json")
    with event_receiver(503) as receiver:
        monkeypatch.setenv("PREFECT_API_URL", f"{receiver.url}/api")
        with pytest.raises(ServiceUnavailable, match="next scheduled run"):
            listen_once(queue, 1)
    # The second message is the test event that S3 sends when notifications are set up.
    assert aws.message_count(queue.url) == 2


def test_the_error_names_a_missing_queue_and_its_setting(aws):
    with pytest.raises(AccessDenied, match=r"queue .*/missing: .*CHARTLAKE_QUEUE_URL"):
        Queue(f"{aws.url}/123456789012/missing", {}).receive(0)


def test_a_queue_needs_a_region(aws, monkeypatch):
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    with pytest.raises(AccessDenied, match=r"cannot read.*Set.*AWS_DEFAULT_REGION"):
        Queue(f"{aws.url}/123456789012/landings", {})


def test_a_failed_connection_is_a_transient_error(aws, monkeypatch, impatient_aws):
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
    ids=["directly", "through SNS", "through EventBridge"],
)
def test_a_bucket_can_send_notifications_in_three_ways(body):
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
def test_other_messages_contain_no_written_objects(body):
    assert list(written_objects(body)) == []
