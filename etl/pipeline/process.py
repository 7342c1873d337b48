"""Process: publish and archive everything that is pending."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from etl.lake import Lake, StoredObject
from etl.lake.intents import read_intents
from etl.lake.layout import PENDING, REFERENCE, STATE
from etl.pipeline.archive import Quarantined, archive
from etl.pipeline.batch import Batch, Progress, Unread, Workspace, open_workspace
from etl.pipeline.publish import ATTEMPTS, Publication, contested, publish
from etl.pipeline.restore import restore
from etl.pipeline.stage import in_order, raw_name, stage_next
from etl.pipeline.transform import transform
from etl.pipeline.unfinished import finish_purges, finish_rebuilds


@dataclass(frozen=True, slots=True)
class Processed:
    """What a run published for the first time, and the raw files that it quarantined.

    `unread` files could not be read, and are still pending.
    """

    publication: Publication = field(default_factory=Publication)
    quarantined: tuple[Quarantined, ...] = ()
    unread: tuple[Unread, ...] = ()

    def __add__(self, other: Processed) -> Processed:
        return Processed(
            self.publication + other.publication,
            self.quarantined + other.quarantined,
            self.unread + other.unread,
        )

    @property
    def published(self) -> int:
        """How many snapshots were published that were not before."""
        return len(self.publication.snapshots)


# A lake, raw files in its landing zone, the format, and what receives the progress.
Work = Callable[[Lake, Sequence[StoredObject], str, Progress | None], Processed]


def pending_names(lake: Lake) -> list[str]:
    """The names of the raw files in the landing zone."""
    return [raw_name(stored.key) for stored in lake.list(PENDING)]


def process_pending(
    lake: Lake, file_format: str, *, progress: Progress | None = None, work: Work | None = None
) -> Processed:
    """Publish and archive every pending snapshot, and quarantine the files that are none.

    `work` is how to do that to raw files; without it, `process_files` does.

    It is safe to run this again after it died, and beside another run. What other runs have left
    unfinished is carried out: purges before anything is published, rebuilds afterwards.
    """
    listed = lake.list(REFERENCE, PENDING, STATE)
    intents = read_intents(lake, listed)
    if intents:
        finish_purges(lake, file_format, intents)
        listed = lake.list(REFERENCE, PENDING)
    processed = Processed()
    if pending := [stored for stored in listed if stored.key.startswith(PENDING)]:
        # Those who work in their own way list the references themselves.
        work = work or partial(process_files, listed=listed)
        processed = work(lake, pending, file_format, progress)
    if intents:
        finish_rebuilds(lake, file_format, intents)
    return processed


def process_files(
    lake: Lake,
    objects: Sequence[StoredObject],
    file_format: str,
    progress: Progress | None = None,
    *,
    listed: Sequence[StoredObject] | None = None,
) -> Processed:
    """Publish and archive these raw files of the landing zone, batch after batch.

    `listed` has the references of the lake, if they are known.
    """
    publication = Publication()
    quarantined: list[Quarantined] = []
    unread: list[Unread] = []
    with open_workspace(lake, file_format, listed) as workspace:
        groups = in_order(objects)
        while groups:
            batch = transform(stage_next(lake, groups, workspace), workspace)
            published = publish(lake, batch, workspace)
            if published.unsettled:
                published = _publish_again(lake, batch, published, workspace)
            publication += published
            quarantined += archive(lake, batch, workspace)
            unread += batch.unread
            shutil.rmtree(batch.folder)
            if progress:
                progress(len(objects) - sum(map(len, groups)), len(objects))
    return Processed(publication, tuple(quarantined), tuple(unread))


def _publish_again(
    lake: Lake, batch: Batch, publication: Publication, workspace: Workspace
) -> Publication:
    """Restore partitions whose publisher died, or that somebody changed, and publish them."""
    for _ in range(ATTEMPTS):
        restore(lake, publication.unsettled, workspace)
        again = publish(lake, transform(batch, workspace), workspace)
        publication = replace(publication + again, unsettled=again.unsettled)
        if not publication.unsettled:
            return publication
    raise contested(lake, publication.unsettled[0])
