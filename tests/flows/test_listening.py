"""`chartlake deploy` lets the flow listen to the queue, unless the queue calls a function."""

from __future__ import annotations

import pytest

from etl.settings import load_settings
from flows.setup import listening
from tests.support.aws_stack import create_functions, create_queues, queue_url
from tests.support.templates import Template

NAME = "chartlake-process"


@pytest.fixture
def stack(aws, tmp_path, monkeypatch):
    """The queue of the template, settings that name it, and what the listener was told."""
    monkeypatch.chdir(tmp_path)
    create_queues(aws, Template.filled())
    monkeypatch.setenv("CHARTLAKE_ATHENA_DATABASE", "chartlake")
    monkeypatch.setenv("CHARTLAKE_QUEUE_URL", queue_url(aws))
    return aws


@pytest.fixture
def told(monkeypatch):
    """Whether the flow is to listen, each time it was said."""
    told: list[bool] = []
    monkeypatch.setattr(listening, "_set_listening", told.append)
    return told


def test_without_functions_the_flow_listens(stack, told):
    assert list(listening.listen()) == ["listen-to-bucket listens to CHARTLAKE_QUEUE_URL"]
    assert told == [True]


def test_where_the_queue_calls_a_function_the_flow_does_not_listen(stack, told):
    create_functions(stack, Template.filled(Image="an image"))
    (line,) = listening.listen()
    assert line == f"listen-to-bucket does not listen: CHARTLAKE_QUEUE_URL calls {NAME}"
    assert told == [False]


def test_a_function_of_another_queue_is_no_reason_not_to_listen(stack, told, monkeypatch):
    create_functions(stack, Template.filled(Image="an image"))
    monkeypatch.setenv("CHARTLAKE_QUEUE_URL", stack.make_queue())
    assert listening.called_function(load_settings()) is None
    with stack.client("lambda") as functions:
        (mapping,) = functions.list_event_source_mappings(FunctionName=NAME)["EventSourceMappings"]
        functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    monkeypatch.setenv("CHARTLAKE_QUEUE_URL", queue_url(stack))
    assert listening.called_function(load_settings()) is None


def test_where_functions_may_not_be_seen_the_flow_listens_and_the_line_says_so(stack, told):
    with stack.permissions_of("somebody"):
        (line,) = listening.listen()
    assert line.startswith(
        "listen-to-bucket listens to CHARTLAKE_QUEUE_URL; whether a function hears of the same"
        f" files was not seen: Lambda refused to show the function {NAME}"
    )
    assert told == [True]
