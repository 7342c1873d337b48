"""Set a Prefect server up for the flows: pool, limit, automations, deployments."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from prefect.automations import Automation
from prefect.blocks.notifications import CustomWebhookNotificationBlock
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import StateType
from prefect.events.actions import ChangeFlowRunState, SendNotification
from prefect.events.schemas.automations import EventTrigger, Posture
from prefect.events.schemas.events import ResourceSpecification

from etl.errors import Misconfigured, SourceUnavailable
from flows.events import GAP
from flows.tasks import WRITER

POOL = "chartlake"
WEBHOOK = "chartlake"
TAG = "prefect.tag.chartlake"
_RUNS = ResourceSpecification({"prefect.resource.id": "prefect.flow-run.*"})
_OURS = ResourceSpecification({"prefect.resource.id": TAG, "prefect.resource.role": "tag"})


def set_up(webhook: str | None = None) -> Iterator[str]:
    """Make, or make anew, what the deployments need, and them; a line for each thing made.

    With a `webhook`, failed and late runs and gaps in the history are posted there. Raises
    Misconfigured without a server or outside the project's folder, SourceUnavailable where the
    server does not answer.
    """
    _check()
    _prefect("work-pool", "create", POOL, "--type", "process", "--overwrite")
    yield f"work pool {POOL}"
    with get_client(sync_client=True) as client:
        client.upsert_global_concurrency_limit_by_name(WRITER, 1)
    yield f"limit {WRITER}: one run at a time writes to the lake"
    for automation in [_dead_runs(), _stuck_runs(), *(_notices(webhook) if webhook else ())]:
        _replace(automation)
        yield f"automation {automation.name}"
    _prefect("--no-prompt", "deploy", "--all")
    yield "deployments update-lake, process-pending, refresh-mirror"


def _check() -> None:
    if not os.environ.get("PREFECT_API_URL"):
        raise Misconfigured(
            "No Prefect server is named; nothing was set up. Start one, `prefect server start`, and"
            " set PREFECT_API_URL, for example to http://127.0.0.1:4200/api."
        )
    if not Path("prefect.yaml").is_file():
        raise Misconfigured(
            "There is no prefect.yaml here; nothing was set up. Run this in chartlake's folder."
        )


def _prefect(*arguments: str) -> None:
    command = [sys.executable, "-m", "prefect", *arguments]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode:
        last = (ended.stderr or ended.stdout).strip().splitlines()[-1:]
        raise SourceUnavailable(
            f"`prefect {' '.join(arguments)}` failed: {' '.join(last) or 'it gave no reason'}"
            " What was made before stays; cure that, and run `chartlake deploy` again."
        )


def _dead_runs() -> Automation:
    # A run whose process was killed says nothing any more, and would hold its place
    # for ever: three heartbeats missed, and it counts as crashed.
    name, silence = "chartlake: a run that went silent has crashed", timedelta(seconds=90)
    return _crashed(name, "prefect.flow-run.heartbeat", silence, "It went silent.")


def _stuck_runs() -> Automation:
    # One that never began has no heartbeat.
    name, silence = "chartlake: a run that does not begin has crashed", timedelta(minutes=10)
    return _crashed(name, "prefect.flow-run.Pending", silence, "It never began.")


def _crashed(name: str, after: str, silence: timedelta, message: str) -> Automation:
    """What ends a run of ours of which nothing is heard for so long after that event."""
    return Automation(
        name=name,
        trigger=EventTrigger(
            after={after},
            expect={"prefect.flow-run.*"},
            match=_RUNS,
            match_related=_OURS,
            for_each={"prefect.resource.id"},
            posture=Posture.Proactive,
            threshold=1,
            within=silence,
        ),
        actions=[ChangeFlowRunState(state=StateType.CRASHED, message=message)],
    )


def _notices(webhook: str) -> Iterator[Automation]:
    block = CustomWebhookNotificationBlock(
        name="chartlake",
        url=webhook,
        json_data={"text": "{{subject}}: {{body}}"},
    )
    block_id = block.save(WEBHOOK, overwrite=True)
    yield Automation(
        name="chartlake: tell of a run that failed or is late",
        trigger=EventTrigger(
            expect={f"prefect.flow-run.{state}" for state in ("Failed", "Crashed", "Late")},
            match=_RUNS,
            match_related=_OURS,
            for_each={"prefect.resource.id"},
            posture=Posture.Reactive,
            threshold=1,
        ),
        actions=[
            SendNotification(
                block_document_id=block_id,
                subject="{{ flow_run.name }} is {{ flow_run.state.name }}",
                body="{{ flow_run.state.message }}",
            )
        ],
    )
    yield Automation(
        name="chartlake: tell of a gap in the history",
        trigger=EventTrigger(
            expect={GAP},
            match=ResourceSpecification({"prefect.resource.id": "chartlake.lake"}),
            posture=Posture.Reactive,
            threshold=1,
        ),
        actions=[
            SendNotification(
                block_document_id=block_id,
                subject="A gap in the history",
                body="{{ event.payload.sentence }}",
            )
        ],
    )


def _replace(automation: Automation) -> None:
    with get_client(sync_client=True) as client:
        for standing in client.read_automations_by_name(automation.name):
            client.delete_automation(standing.id)
    automation.create()
