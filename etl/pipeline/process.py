"""Process: publish and archive everything that is pending."""

from __future__ import annotations

from dataclasses import dataclass, replace

from etl.errors import WriteConflict
from etl.lake import Lake, StoredObject
from etl.lake.intents import read_intents
from etl.lake.layout import PENDING
from etl.pipeline.archive import Quarantined, archive
from etl.pipeline.batch import Batch, Progress, Unread, Workspace, in_batches, open_workspace
from etl.pipeline.publish import ATTEMPTS, Publication, publish
from etl.pipeline.restore import restore
from etl.pipeline.stage import raw_name, stage
from etl.pipeline.transform import transform
from etl.pipeline.unfinished import finish_purges, finish_rebuilds


@dataclass(frozen=True, slots=True)
class Processed:
    """What a run published for the first time, and the raw files that it quarantined.

    `unread` files could not be read, and are still pending.
    """

    publication: Publication
    quarantined: tuple[Quarantined, ...]
    unread: tuple[Unread, ...] = ()

    @property
    def published(self) -> int:
        """How many snapshots were published that were not before."""
        return len(self.publication.snapshots)


def pending_names(lake: Lake) -> list[str]:
    """The names of the raw files in the landing zone."""
    return [raw_name(stored.key) for stored in lake.list(PENDING)]


def process_pending(lake: Lake, file_format: str, *, progress: Progress | None = None) -> Processed:
    """Publish and archive every pending snapshot, and quarantine the files that are none.

    It is safe to run this again after it died, and beside another run. What other runs have left
    unfinished is carried out: purges before anything is published, rebuilds afterwards.
    """
    intents = read_intents(lake)
    if intents:
        finish_purges(lake, file_format, intents)
    pending = lake.list(PENDING)
    processed = Processed(Publication(), ())
    if pending:
        processed = _process(lake, pending, file_format, progress)
    if intents:
        finish_rebuilds(lake, file_format, intents)
    return processed


def _process(
    lake: Lake, pending: list[StoredObject], file_format: str, progress: Progress | None
) -> Processed:
    publication, done = Publication(), 0
    quarantined: list[Quarantined] = []
    unread: list[Unread] = []
    with open_workspace(lake, file_format) as workspace:
        for chunks in in_batches(pending):
            batch = transform(stage(lake, chunks, workspace), workspace)
            publication += _publish_settled(lake, batch, workspace)
            quarantined += archive(lake, batch)
            unread += batch.unread
            batch.delete_files()
            done += sum(map(len, chunks))
            if progress:
                progress(done, len(pending))
    return Processed(publication, tuple(quarantined), tuple(unread))


def _publish_settled(lake: Lake, batch: Batch, workspace: Workspace) -> Publication:
    """Publish the batch; restore partitions whose publisher died, or that somebody changed."""
    publication = publish(lake, batch, workspace)
    for _ in range(ATTEMPTS):
        if not publication.unsettled:
            return publication
        restore(lake, publication.unsettled, workspace)
        again = publish(lake, transform(batch, workspace), workspace)
        publication = replace(publication + again, unsettled=again.unsettled)
    raise WriteConflict(
        f"Other programs keep changing {publication.unsettled[0]} in {lake.location}. The raw files"
        " are still pending. Run the command again."
    )
