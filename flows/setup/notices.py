"""The notices: of failed and late runs, and of gaps, to a webhook or a notification block."""

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

from etl.errors import Misconfigured
from flows.events import GAP, WHICH_GAP
from flows.setup.resources import LAKE, OURS, RUNS, deployment

_BLOCK = "chartlake"
# A server on SQLite that found its database locked takes the event anew, and would tell it again.
_TOLD_ONCE_IN = timedelta(minutes=1)


def notices(notify: str | None) -> Iterator[Automation]:
    """The automations that tell `notify`: a webhook's URL, or a block's `type/name`.

    Raises Misconfigured where there is no such block.
    """
    if notify is None:
        return
    block_id = _webhook(notify) if "://" in notify else _standing(notify)
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
    gaps = _reactive({GAP}, LAKE, ResourceSpecification({}), each=WHICH_GAP)
    for name, trigger, action in (
        ("chartlake: tell of a run that failed", failures, failed),
        ("chartlake: tell of a weekly run that is late", lateness, late),
        ("chartlake: tell of a gap in the history", gaps, gap),
    ):
        yield Automation(name=name, trigger=trigger, actions=[action])


def _link() -> str:
    """To the page of the run, in the UI of the server that is being set up."""
    # The server's own filter for it knows no address unless it is told one at its start.
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
        within=_TOLD_ONCE_IN,
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


def _standing(block: str) -> UUID:
    block_type, _, name = block.partition("/")
    with get_client(sync_client=True) as client:
        try:
            return client.read_block_document_by_name(name, block_type).id
        except ObjectNotFound as error:
            raise Misconfigured(
                f"There is no block {block} on the server, so notices were not set up. Give a"
                " webhook's URL, or make a notification block in the UI and give its type and"
                " name, such as slack-webhook/mine; then run `chartlake deploy` again."
            ) from error
