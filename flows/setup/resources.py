"""What automations listen to, in the words of Prefect's events."""

from __future__ import annotations

from prefect.events.schemas.events import ResourceSpecification

from etl.announce import LAKE_RESOURCE

RUNS = ResourceSpecification({"prefect.resource.id": "prefect.flow-run.*"})
LAKE = ResourceSpecification({"prefect.resource.id": LAKE_RESOURCE})
# Every deployment of prefect.yaml has the tag, so that runs of other projects are left alone.
OURS = ResourceSpecification(
    {"prefect.resource.role": "tag", "prefect.resource.id": "prefect.tag.chartlake"}
)


def deployment(name: str) -> ResourceSpecification:
    """What the runs of a deployment are related to."""
    return ResourceSpecification(
        {"prefect.resource.role": "deployment", "prefect.resource.name": name}
    )
