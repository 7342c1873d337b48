"""What `chartlake deploy` makes, and what it says where it cannot."""

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
HOOK = "http://127.0.0.1:9/a-token-that-nobody-may-see"


def blocks_of(automations):
    return {
        getattr(action, "block_document_id", None) for one in automations for action in one.actions
    }


def waited_for_by(automations):
    return {event for one in automations for event in one.trigger.expect}


def test_without_a_server_it_says_how_to_start_one():
    with (
        temporary_settings({PREFECT_API_URL: None}),
        pytest.raises(ConfigurationError, match=r"prefect server start.*PREFECT_API_URL"),
    ):
        list(set_up())


def test_outside_the_projects_folder_it_says_so(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with (
        temporary_settings({PREFECT_API_URL: "http://127.0.0.1:9/api"}),
        pytest.raises(ConfigurationError, match=r"no prefect\.yaml here"),
    ):
        list(set_up())


def test_a_server_that_does_not_answer_is_named():
    with (
        temporary_settings({PREFECT_API_URL: "http://127.0.0.1:9/api"}),
        pytest.raises(ServiceUnavailable, match=r"127\.0\.0\.1:9/api does not answer"),
    ):
        list(set_up())


def test_whoever_knows_the_webhook_may_post_to_it_so_nobody_is_shown_it(prefect_server):
    (block_id,) = blocks_of(list(automations_for_notices(HOOK)))
    with get_client(sync_client=True) as client:
        found = client.read_block_document(block_id, include_secrets=False)
    assert HOOK not in found.model_dump_json()


def test_notices_may_go_to_a_block_that_the_user_has_made(prefect_server):
    block_id = CustomWebhookNotificationBlock(name="mine", url=HOOK).save("mine", overwrite=True)
    made = list(automations_for_notices("custom-webhook/mine"))
    assert (blocks_of(made), len(made)) == ({block_id}, 3)


@pytest.mark.parametrize("name", ["custom-webhook/nobodys", "mine", "no-such-type/mine"])
def test_a_block_that_is_not_there_is_named(prefect_server, name):
    with pytest.raises(ConfigurationError, match=f"no block {name} on the server"):
        list(automations_for_notices(name))


def test_without_anybody_to_tell_nobody_is_told():
    assert list(automations_for_notices(None)) == []


def test_no_automation_that_ends_runs_stands_in_the_way_of_one_that_tells(prefect_server):
    told, waited_for = (
        waited_for_by(automations_for_notices(HOOK)),
        waited_for_by(automations_for_dead_runs()),
    )
    assert "prefect.flow-run.Failed" in told
    assert [one for one in told if any(fnmatch(one, other) for other in waited_for)] == []


def test_only_our_own_runs_are_ended():
    for automation in automations_for_dead_runs():
        related = json.loads(automation.model_dump_json())["trigger"]["match_related"]
        named = related.get("prefect.resource.id"), related.get("prefect.resource.name")
        assert named[0] == "prefect.tag.chartlake" or named[1] in (
            "process-pending",
            "listen-to-bucket",
        )
