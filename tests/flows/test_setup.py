"""What `chartlake deploy` creates, and its errors."""

from __future__ import annotations

import json
from fnmatch import fnmatch

import pytest
from prefect.blocks.notifications import CustomWebhookNotificationBlock
from prefect.client.orchestration import get_client
from prefect.settings import PREFECT_API_URL, temporary_settings

from etl.errors import ConfigurationError, ServiceUnavailable
from flows.setup import set_up
from flows.setup.dead_runs import automations_for_dead_runs
from flows.setup.notices import automations_for_notices

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
WEBHOOK = "http://127.0.0.1:9/a-token-that-nobody-may-see"


def block_ids(automations):
    return {
        getattr(action, "block_document_id", None)
        for automation in automations
        for action in automation.actions
    }


def expected_events(automations):
    return {event for automation in automations for event in automation.trigger.expect}


def test_the_error_without_a_server_says_how_to_start_one():
    with (
        temporary_settings({PREFECT_API_URL: None}),
        pytest.raises(ConfigurationError, match=r"prefect server start.*PREFECT_API_URL"),
    ):
        list(set_up())


def test_it_needs_the_folder_of_the_project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with (
        temporary_settings({PREFECT_API_URL: "http://127.0.0.1:9/api"}),
        pytest.raises(ConfigurationError, match=r"no prefect\.yaml here"),
    ):
        list(set_up())


@pytest.mark.slow
def test_the_error_names_an_unreachable_server():
    with (
        temporary_settings({PREFECT_API_URL: "http://127.0.0.1:9/api"}),
        pytest.raises(ServiceUnavailable, match=r"127\.0\.0\.1:9/api does not answer"),
    ):
        list(set_up())


def test_the_server_does_not_show_the_webhook(prefect_server):
    (block_id,) = block_ids(list(automations_for_notices(WEBHOOK)))
    with get_client(sync_client=True) as client:
        document = client.read_block_document(block_id, include_secrets=False)
    assert WEBHOOK not in document.model_dump_json()


def test_notices_can_use_an_existing_block(prefect_server):
    block_id = CustomWebhookNotificationBlock(name="mine", url=WEBHOOK).save("mine", overwrite=True)
    automations = list(automations_for_notices("custom-webhook/mine"))
    assert (block_ids(automations), len(automations)) == ({block_id}, 3)


@pytest.mark.parametrize("name", ["custom-webhook/missing", "mine", "no-such-type/mine"])
def test_the_error_names_a_missing_block(prefect_server, name):
    with pytest.raises(ConfigurationError, match=f"no block {name} on the server"):
        list(automations_for_notices(name))


def test_there_are_no_notices_without_a_webhook():
    assert list(automations_for_notices(None)) == []


def test_automations_for_notices_and_for_dead_runs_expect_different_events(prefect_server):
    events = expected_events(automations_for_notices(WEBHOOK))
    patterns = expected_events(automations_for_dead_runs())
    assert "prefect.flow-run.Failed" in events
    assert [event for event in events if any(fnmatch(event, pattern) for pattern in patterns)] == []


def test_only_runs_of_chartlake_are_ended():
    for automation in automations_for_dead_runs():
        related = json.loads(automation.model_dump_json())["trigger"]["match_related"]
        tag, name = related.get("prefect.resource.id"), related.get("prefect.resource.name")
        assert tag == "prefect.tag.chartlake" or name in ("process-pending", "listen-to-bucket")
