"""Process: publish and archive everything that is pending."""

from __future__ import annotations

from dataclasses import dataclass

from etl.lake import Lake
from etl.lake.layout import PENDING
from etl.pipeline.archive import Quarantined, archive
from etl.pipeline.batch import Batch, Workspace, open_workspace
from etl.pipeline.grouping import Progress, in_groups, no_progress
from etl.pipeline.publish import Publication, publish
from etl.pipeline.rebuild import restore
from etl.pipeline.stage import raw_name, stage
from etl.pipeline.transform import transform


@dataclass(frozen=True, slots=True)
class Processed:
    """What a run published for the first time, and the raw files that it quarantined."""

    publication: Publication
    quarantined: tuple[Quarantined, ...]

    @property
    def published(self) -> int:
        """How many snapshots were published that were not before."""
        return len(self.publication.snapshots)


def pending_names(lake: Lake) -> list[str]:
    """The names of the raw files in the landing zone."""
    return [raw_name(stored.key) for stored in lake.list(PENDING)]


def process_pending(lake: Lake, file_format: str, *, progress: Progress = no_progress) -> Processed:
    """Publish and archive every pending snapshot, and quarantine the files that are none.

    It is safe to run this again after it died, and beside another run.
    """
    pending = lake.list(PENDING)
    publication, quarantined, done = Publication(), [], 0
    if pending:
        with open_workspace(lake, file_format) as workspace:
            for group in in_groups(pending):
                batch = transform(stage(lake, group, workspace), workspace)
                publication += _publish(lake, batch, workspace)
                quarantined += archive(lake, batch)
                batch.delete_files()
                done += len(group)
                progress(done, len(pending))
    return Processed(publication, tuple(quarantined))


def _publish(lake: Lake, batch: Batch, workspace: Workspace) -> Publication:
    publication = publish(lake, batch, workspace)
    if not publication.unsettled:
        return publication
    # A publisher died while it wrote these partitions, or somebody damaged them.
    restore(lake, publication.unsettled, workspace)
    again = publish(lake, transform(batch, workspace), workspace)
    return publication + again
