"""The listener, with a bucket and a queue on a moto server."""

from __future__ import annotations

import pytest

from etl.pipeline import listen as listening
from flows import listen_to_bucket as listener
from flows.listen_to_bucket import listen_to_bucket
from tests.support.aws_server import BUCKET
from tests.support.event_server import event_receiver

pytestmark = [
    pytest.mark.usefixtures("fast_retries", "folder"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
MINUTES = 1 / 60


@pytest.fixture
def queue(aws, monkeypatch):
    url = aws.make_queue()
    aws.make_bucket(url)
    monkeypatch.setenv("CHARTLAKE_QUEUE_URL", url)
    monkeypatch.setenv("CHARTLAKE_LAKE", f"s3://{BUCKET}")
    monkeypatch.setattr(listening, "QUIET", 0)
    monkeypatch.setattr(listener, "PAUSE", 0)
    return url


def test_landed_files_are_announced(aws, queue, monkeypatch, capsys):
    aws.put("raw_data/to_be_processed/a.json")
    with event_receiver() as receiver:
        monkeypatch.setenv("PREFECT_API_URL", f"{receiver.url}/api")
        assert listen_to_bucket(MINUTES) == 1
    assert [
        event["payload"]["names"] for request in receiver.received for event in request.body
    ] == [["a.json"]]
    assert "landed     1 file, a.json first" in capsys.readouterr().out


def test_messages_stay_in_the_queue_while_the_server_is_down(aws, queue, monkeypatch, capsys):
    aws.put("raw_data/to_be_processed/a.json")
    with event_receiver(503) as receiver:
        monkeypatch.setenv("PREFECT_API_URL", f"{receiver.url}/api")
        assert listen_to_bucket(MINUTES) == 0
    assert "could not be notified" in capsys.readouterr().out
    assert aws.message_count(queue) > 0


def test_the_error_names_the_setting_for_the_queue():
    state = listen_to_bucket(MINUTES, return_state=True)
    assert str(state.message).startswith("Set CHARTLAKE_QUEUE_URL")


def test_a_missing_queue_fails_the_run(queue, monkeypatch):
    monkeypatch.setenv("CHARTLAKE_QUEUE_URL", f"{queue}-missing")
    state = listen_to_bucket(MINUTES, return_state=True)
    assert "refused to read the queue" in str(state.message)
