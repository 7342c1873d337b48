"""Automations that send notices of failed and late runs, and of gaps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from prefect.automations import Automation
from prefect.blocks.notifications import CustomWebhookNotificationBlock
from prefect.client.orchestration import get_client
from prefect.events.actions import SendNotification
from prefect.events.schemas.automations import EventTrigger, Posture
from prefect.events.schemas.events import ResourceSpecification
from prefect.exceptions import ObjectNotFound
from prefect.settings import get_current_settings

from etl.errors import ConfigurationError
from flows.events import GAP, GAP_LABEL
from flows.setup.resources import LAKE, OURS, RUNS, deployment

_BLOCK = "chartlake"
_FAILED = "chartlake: a notice of a failed run"
_LATE = "chartlake: a notice of a late weekly run"
_GAP = "chartlake: a notice of a gap in the history"
NOTICES = {_FAILED, _LATE, _GAP}
# A server on SQLite that found its database locked takes the event again, and would repeat it.
_REPEATED_WITHIN = timedelta(minutes=1)


def automations_for_notices(notify: str | None) -> Iterator[Automation]:
    """The automations that notify a webhook, by its URL, or a block, by its `type/name`.

    Raises ConfigurationError where there is no such block.
    """
    if notify is None:
        return
    block_id = _webhook(notify) if "://" in notify else _existing(notify)
    failed = SendNotification(
        block_document_id=block_id,
        subject="{{ flow_run.name }} is {{ flow_run.state.name }}",
        body="{{ flow_run.state.message }}" + _link(),
    )
    late = SendNotification(
        block_document_id=block_id,
        subject="{{ flow_run.name }} is late",
        body="No worker has taken the weekly run. Start one: prefect worker start --pool chartlake",
    )
    gap = SendNotification(
        block_document_id=block_id,
        subject="A gap in the history",
        body="{{ event.payload.sentence }}",
    )
    failures = _reactive({"prefect.flow-run.Failed", "prefect.flow-run.Crashed"}, RUNS, OURS)
    lateness = _reactive({"prefect.flow-run.Late"}, RUNS, deployment("update-lake"))
    gaps = _reactive({GAP}, LAKE, ResourceSpecification({}), each=GAP_LABEL)
    for name, trigger, action in (
        (_FAILED, failures, failed),
        (_LATE, lateness, late),
        (_GAP, gaps, gap),
    ):
        yield Automation(name=name, trigger=trigger, actions=[action])


def _link() -> str:
    """The address of the run's page, in the UI of the server that is being set up."""
    # The server's own filter for it has no address unless one is given when it starts.
    ui = get_current_settings().ui_url
    return f"\n{ui}/runs/flow-run/{{{{ flow_run.id }}}}" if ui else ""


def _reactive(
    events: set[str],
    match: ResourceSpecification,
    related: ResourceSpecification,
    each: str = "prefect.resource.id",
) -> EventTrigger:
    return EventTrigger(
        expect=events,
        match=match,
        match_related=related,
        for_each={each},
        posture=Posture.Reactive,
        threshold=1,
        within=_REPEATED_WITHIN,
    )


def _webhook(url: str) -> UUID:
    # Whoever knows the URL may post to it, so it is kept as a secret.
    block = CustomWebhookNotificationBlock(
        name=_BLOCK,
        url="{{address}}",
        secrets={"address": url},
        json_data={"text": "{{subject}}: {{body}}"},
    )
    block_id = block.save(_BLOCK, overwrite=True)
    assert isinstance(block_id, UUID)
    return block_id


def _existing(block: str) -> UUID:
    block_type, _, name = block.partition("/")
    with get_client(sync_client=True) as client:
        try:
            return client.read_block_document_by_name(name, block_type).id
        except ObjectNotFound as error:
            raise ConfigurationError(
                f"There is no block {block} on the server, so notices were not set up. Give a"
                " webhook's URL, or create a notification block in the UI and give its type and"
                " name, such as slack-webhook/mine; then run `chartlake deploy` again."
            ) from error
