"""Automations that end dead runs, which Prefect by itself would wait for indefinitely."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from prefect.automations import Automation
from prefect.client.schemas.objects import StateType
from prefect.events.actions import ChangeFlowRunState
from prefect.events.schemas.automations import EventTrigger, Posture
from prefect.events.schemas.events import ResourceSpecification

from flows.setup.resources import OURS, RUNS, deployment

_NEXT = "What was published is whole. The next run continues from there: wait for it, or start it"
# prefect.yaml makes runs send a heartbeat every thirty seconds; this is three of them.
SILENCE = timedelta(seconds=90)
_START = timedelta(minutes=10)
# These runs come round by the clock: the next one does what this one would have done.
_OVERTAKEN = timedelta(minutes=25)


def _events(*names: str) -> frozenset[str]:
    # Prefect names the events of runs after their states.
    return frozenset(f"prefect.flow-run.{name}" for name in names)


# The automations wait for as few events as possible. For each event that one waits for, Prefect
# reads and then writes, which SQLite refuses now and then; an event that was refused several
# times is dropped, and with it what other automations would have done. So none here waits for
# Failed, Crashed or Running: Prefect does not let a run crash that has ended.
_HEARTBEAT = _events("heartbeat")
_LATE = _events("Late")
_PENDING = _events("Pending", "Submitting", "InfrastructurePending")
_POSTPONED = _events("Scheduled", "AwaitingConcurrencySlot")


def automations_for_dead_runs() -> Iterator[Automation]:
    """An automation for each way in which a run is left behind, dead or never started."""
    # A run whose process was killed sends nothing any more, and would keep its slot.
    yield _ending(
        "chartlake: a run without heartbeats has crashed",
        trigger=_silence(_HEARTBEAT, SILENCE, OURS, but=_HEARTBEAT | _events("Completed")),
        state=StateType.CRASHED,
        message=f"It sent no heartbeat, as when its machine is switched off. {_NEXT}.",
    )
    # One that never started has no heartbeat: its worker took it, and died.
    yield _ending(
        "chartlake: a run that does not start has crashed",
        trigger=_silence(_PENDING, _START, OURS, but=_HEARTBEAT | _POSTPONED),
        state=StateType.CRASHED,
        message=f"It never started: look at the worker's log. {_NEXT}.",
    )
    # While there is no worker, hundreds would pile up.
    taken = _PENDING | _POSTPONED | _events("Cancelled")
    for name in ("process-pending", "listen-to-bucket"):
        yield _ending(
            f"chartlake: a {name} that no worker took is left to the next",
            trigger=_silence(_LATE, _OVERTAKEN, deployment(name), but=taken),
            state=StateType.CANCELLED,
            message="No worker took it in time; the next run does everything that it had to do.",
        )


def _ending(name: str, trigger: EventTrigger, state: StateType, message: str) -> Automation:
    action = ChangeFlowRunState(state=state, message=message)
    return Automation(name=name, trigger=trigger, actions=[action])


def _silence(
    after: frozenset[str], duration: timedelta, of: ResourceSpecification, but: frozenset[str]
) -> EventTrigger:
    """None of the events `but` comes for so long after one of the events `after`."""
    return EventTrigger(
        after=set(after),
        expect=set(but),
        match=RUNS,
        match_related=of,
        for_each={"prefect.resource.id"},
        posture=Posture.Proactive,
        threshold=1,
        within=duration,
    )
