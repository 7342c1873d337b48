"""The automations that end dead runs: Prefect by itself would wait for them for ever."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from prefect.automations import Automation
from prefect.client.schemas.objects import StateType
from prefect.events.actions import ChangeFlowRunState
from prefect.events.schemas.automations import EventTrigger, Posture
from prefect.events.schemas.events import ResourceSpecification

from flows.setup.resources import OURS, RUNS, deployment

_NEXT = "What was published is whole, and the next run goes on from there: wait for it, or start it"
# prefect.yaml lets runs send a heartbeat every thirty seconds: three are missed.
SILENCE = timedelta(seconds=90)
_BEGINNING = timedelta(minutes=10)
# These come round by the clock: what nobody took, the next run does too.
_OVERTAKEN = timedelta(minutes=25)


def _events(*names: str) -> frozenset[str]:
    # Prefect names the events of runs after their states.
    return frozenset(f"prefect.flow-run.{name}" for name in names)


# What is waited for is as little as will do. For each event that an automation waits for, Prefect
# reads and then writes, which SQLite refuses now and then; an event that was refused again and
# again is dropped, and with it what other automations would have told of it. So no automation here
# waits for Failed, Crashed or Running: Prefect lets nothing crash that has ended.
_HEARTBEAT = _events("heartbeat")
_LATE = _events("Late")
_PENDING = _events("Pending", "Submitting", "InfrastructurePending")
_PUT_OFF = _events("Scheduled", "AwaitingConcurrencySlot")


def cures() -> Iterator[Automation]:
    """An automation for each way in which a run is left behind, dead or never taken."""
    # A run whose process was killed says nothing any more, and would hold its place for ever.
    yield _ended(
        "chartlake: a run that went silent has crashed",
        trigger=_unheard(_HEARTBEAT, SILENCE, OURS, but=_HEARTBEAT | _events("Completed")),
        state=StateType.CRASHED,
        message=f"It went silent, as when its machine is switched off. {_NEXT}.",
    )
    # One that never began has no heartbeat: its worker took it, and died.
    yield _ended(
        "chartlake: a run that does not begin has crashed",
        trigger=_unheard(_PENDING, _BEGINNING, OURS, but=_HEARTBEAT | _PUT_OFF),
        state=StateType.CRASHED,
        message=f"It never began: look at the worker's log. {_NEXT}.",
    )
    # While no worker is there, hundreds would pile up.
    taken = _PENDING | _PUT_OFF | _events("Cancelled")
    for name in ("process-pending", "listen-to-bucket"):
        yield _ended(
            f"chartlake: a {name} that nobody took is left to the next",
            trigger=_unheard(_LATE, _OVERTAKEN, deployment(name), but=taken),
            state=StateType.CANCELLED,
            message="No worker took it in time; the next run does all that it had to do.",
        )


def _ended(name: str, trigger: EventTrigger, state: StateType, message: str) -> Automation:
    action = ChangeFlowRunState(state=state, message=message)
    return Automation(name=name, trigger=trigger, actions=[action])


def _unheard(
    after: frozenset[str], silence: timedelta, of: ResourceSpecification, but: frozenset[str]
) -> EventTrigger:
    """For so long after such an event of a run, none of the others comes."""
    return EventTrigger(
        after=set(after),
        expect=set(but),
        match=RUNS,
        match_related=of,
        for_each={"prefect.resource.id"},
        posture=Posture.Proactive,
        threshold=1,
        within=silence,
    )
