"""The events that flows emit, for deployments and automations to start on."""

from __future__ import annotations

from prefect.events import emit_event

from etl.pipeline.announce import LAKE_RESOURCE

PUBLISHED = "chartlake.snapshots.published"
GAP = "chartlake.history.gap"
# The label that tells one gap from another.
GAP_LABEL = "chartlake.gap"


def emit_published(lake: str, snapshots: int) -> None:
    """Snapshots were published; the mirror is behind now."""
    _emit(PUBLISHED, lake, {"snapshots": snapshots})


def emit_gap(lake: str, chart_id: str, name: str, missing: list[str]) -> None:
    """A chart lacks periods; each set of them is reported by the run that notices it."""
    sentence = f"The history of {name} lacks {', '.join(missing)}."
    payload: dict[str, object] = {"chart_id": chart_id, "missing": missing, "sentence": sentence}
    _emit(GAP, lake, payload, **{GAP_LABEL: f"{chart_id} {missing[0]}"})


def _emit(event: str, lake: str, payload: dict[str, object], **labels: str) -> None:
    resource = {"prefect.resource.id": LAKE_RESOURCE, "prefect.resource.name": lake, **labels}
    emit_event(event=event, resource=resource, payload=payload)
