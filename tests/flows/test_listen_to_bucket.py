"""The listener, with a bucket that tells a queue, and a Prefect server that is told."""

from __future__ import annotations

import pytest

from etl.pipeline import listen as listening
from flows import listen_to_bucket as listener
from flows.listen_to_bucket import listen_to_bucket
from tests.support.aws_server import BUCKET
from tests.support.event_server import receiving

pytestmark = [
    pytest.mark.usefixtures("impatient", "folder"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
MOMENT = 1 / 60


@pytest.fixture
def queue(aws, monkeypatch):
    url = aws.make_queue()
    aws.make_bucket(url)
    monkeypatch.setenv("CHARTLAKE_QUEUE_URL", url)
    monkeypatch.setenv("CHARTLAKE_LAKE", f"s3://{BUCKET}")
    monkeypatch.setattr(listening, "QUIET", 0)
    monkeypatch.setattr(listener, "PAUSE", 0)
    return url


def test_what_lands_while_it_listens_is_announced(aws, queue, monkeypatch, capsys):
    aws.put("raw_data/to_be_processed/a.json")
    with receiving() as receiver:
        monkeypatch.setenv("PREFECT_API_URL", f"{receiver.url}/api")
        assert listen_to_bucket(MOMENT) == 1
    assert [event["payload"]["names"] for told in receiver.told for event in told.body] == [
        ["a.json"]
    ]
    assert "landed     1 file, a.json first" in capsys.readouterr().out


def test_a_server_that_is_down_ends_nothing_and_loses_nothing(aws, queue, monkeypatch, capsys):
    aws.put("raw_data/to_be_processed/a.json")
    with receiving(503) as receiver:
        monkeypatch.setenv("PREFECT_API_URL", f"{receiver.url}/api")
        assert listen_to_bucket(MOMENT) == 0
    assert "could not be notified" in capsys.readouterr().out
    assert aws.left(queue) > 0


def test_without_a_queue_it_says_what_to_set():
    state = listen_to_bucket(MOMENT, return_state=True)
    assert str(state.message).startswith("Set CHARTLAKE_QUEUE_URL")


def test_a_queue_that_is_not_there_fails_the_run(queue, monkeypatch):
    monkeypatch.setenv("CHARTLAKE_QUEUE_URL", f"{queue}-of-nobody")
    state = listen_to_bucket(MOMENT, return_state=True)
    assert "refused to read the queue" in str(state.message)
