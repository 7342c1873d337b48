"""What automations listen to, as Prefect's events name it."""

from __future__ import annotations

from prefect.events.schemas.events import ResourceSpecification

from etl.pipeline.announce import LAKE_RESOURCE

RUNS = ResourceSpecification({"prefect.resource.id": "prefect.flow-run.*"})
LAKE = ResourceSpecification({"prefect.resource.id": LAKE_RESOURCE})
# Every deployment in prefect.yaml has this tag, so that runs of other projects are left alone.
OURS = ResourceSpecification(
    {"prefect.resource.role": "tag", "prefect.resource.id": "prefect.tag.chartlake"}
)


def deployment(name: str) -> ResourceSpecification:
    """The runs of a deployment."""
    return ResourceSpecification(
        {"prefect.resource.role": "deployment", "prefect.resource.name": name}
    )
