"""Process: publish and archive everything that is pending."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from etl.errors import RunFailed
from etl.lake import Lake, StoredObject
from etl.lake.intents import read_intents
from etl.lake.layout import PENDING, REFERENCE, STATE
from etl.lake.partitions import Unusable, attempted, parted
from etl.pipeline.archive import Quarantined, archive
from etl.pipeline.batch import Batch, Progress, Workspace, open_workspace
from etl.pipeline.names import free_names
from etl.pipeline.publish import ATTEMPTS, Publication, contested, publish
from etl.pipeline.restore import restore
from etl.pipeline.stage import in_order, raw_name, stage_next
from etl.pipeline.transform import transform
from etl.pipeline.unfinished import finish_purges, finish_rebuilds
from etl.wording import shortened


@dataclass(frozen=True, slots=True)
class StillPending:
    """Raw files that a run has left in the landing zone, by name, and why, in a sentence.

    They could not be read, or the partition that they belong to cannot be used.
    """

    names: tuple[str, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class Processed:
    """What a run published for the first time, and the raw files that it quarantined or left."""

    publication: Publication = field(default_factory=Publication)
    quarantined: tuple[Quarantined, ...] = ()
    still_pending: tuple[StillPending, ...] = ()

    def __add__(self, other: Processed) -> Processed:
        return Processed(
            self.publication + other.publication,
            self.quarantined + other.quarantined,
            self.still_pending + other.still_pending,
        )

    @property
    def published(self) -> int:
        """How many snapshots were published that were not before."""
        return len(self.publication.snapshots)

    def raise_for_pending(self) -> None:
        """Raise RunFailed, with all sentences, where raw files are still pending."""
        if self.still_pending:
            raise RunFailed("\n".join(one.sentence for one in self.still_pending))


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
    still_pending: list[StillPending] = []
    with open_workspace(lake, file_format, listed) as workspace:
        groups = in_order(objects)
        while groups:
            batch = _named(lake, stage_next(lake, groups, workspace), workspace)
            published = publish(lake, batch, workspace)
            if published.unsettled:
                published = _publish_again(lake, batch, published, workspace)
            publication += published
            held = _held(batch, published.unusable)
            still_pending += [StillPending((one.name,), one.sentence) for one in batch.unread]
            still_pending += held
            quarantined += archive(lake, _without(batch, held), workspace)
            shutil.rmtree(batch.folder)
            if progress:
                progress(len(objects) - sum(map(len, groups)), len(objects))
    return Processed(publication, tuple(quarantined), tuple(still_pending))


def _named(lake: Lake, batch: Batch, workspace: Workspace) -> Batch:
    """The batch, transformed, under names with which all of its files can be archived."""
    transformed = transform(batch, workspace)
    named = free_names(lake, transformed, workspace)
    if named.staged != transformed.staged:
        transformed = transform(replace(batch, staged=named.staged), workspace)
    return replace(transformed, replacing=named.replacing)


def _publish_again(
    lake: Lake, batch: Batch, publication: Publication, workspace: Workspace
) -> Publication:
    """Restore partitions whose publisher died, or that somebody changed, and publish them."""
    for _ in range(ATTEMPTS):
        attempts = [
            attempted(lambda one: restore(lake, [one], workspace), partition)
            for partition in publication.unsettled
        ]
        _, unusable = parted(attempts)
        restored = set(publication.unsettled) - {one.partition for one in unusable}
        complete = transform(batch, workspace)
        snapshots = {one: complete.snapshots[one] for one in complete.snapshots if one in restored}
        again = publish(lake, replace(complete, snapshots=snapshots), workspace)
        publication += Publication(unusable=unusable)
        publication = replace(publication + again, unsettled=again.unsettled)
        if not publication.unsettled:
            return publication
    raise contested(lake, publication.unsettled[0])


def _held(batch: Batch, unusable: Iterable[Unusable]) -> list[StillPending]:
    """The raw files of partitions that cannot be used."""
    rejected = {rejection.name for rejection in batch.rejected}
    held = []
    for one in unusable:
        files = [file for file in batch.staged if file.identity.partition == one.partition]
        names = tuple(dict.fromkeys(file.name for file in files if file.name not in rejected))
        held.append(StillPending(names, f"{shortened(names)}: {one.sentence}"))
    return held


def _without(batch: Batch, held: Iterable[StillPending]) -> Batch:
    """The batch without raw files that are to stay where they are."""
    names = {name for one in held for name in one.names}
    return replace(batch, staged=tuple(file for file in batch.staged if file.name not in names))
