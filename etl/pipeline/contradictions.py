"""Contradictions: days for which a chart file and a bulk table say different things.

The chart file's rows are published. Both raw files are in the archive, so that what they say can be
compared at any time.
"""

from __future__ import annotations

from dataclasses import dataclass

from etl.errors import LakeError
from etl.lake import Lake, StoredObject
from etl.lake.layout import PROCESSED, is_replaced
from etl.lake.manifest import Manifest
from etl.lake.partitions import read_usable_manifests
from etl.pipeline.batch import Workspace, open_workspace
from etl.pipeline.identify import holds_month, identify
from etl.pipeline.stage import in_order, raw_name, stage_next
from etl.pipeline.transform import transform

# What stands at a position of a chart of any kind. Entries without an id are told by their names.
_ENTRIES = """
    select chart_id, snapshot_at, position, song_id as entry_id, song_name as entry_name, streams
    from songs
    union all
    select chart_id, snapshot_at, position, album_id, album_name, null
    from albums
    where position is not null
    union all
    select chart_id, snapshot_at, position, artist_id, artist_name, null
    from artists
    where position is not null
"""
_COMPARED = """
    select
        from_files.chart_id,
        from_files.snapshot_at::date::varchar as day,
        count(distinct position) as positions
    from entries_of_files as from_files
    inner join entries_of_tables as from_tables using (chart_id, snapshot_at, position)
    where
        coalesce(
            from_files.entry_id <> from_tables.entry_id,
            lower(trim(from_files.entry_name)) <> lower(trim(from_tables.entry_name))
        )
        or from_files.streams <> from_tables.streams
    group by all
    order by all
"""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A chart and day, and at how many positions a bulk table has another entry or count."""

    chart_id: str
    day: str
    positions: int


def contradictions(lake: Lake) -> list[Contradiction]:
    """The contradictions between what is published of chart files and what tables say.

    Raises LakeError where one of these raw files cannot be read.
    """
    archived = {raw_name(one.key): one for one in lake.list(PROCESSED) if not is_replaced(one.key)}
    months = [name for name in archived if holds_month(name)]
    if not months:
        return []
    partitions = {name: partition for name in months if (partition := identify(name).partition)}
    # `status` names those that cannot be used.
    usable, _ = read_usable_manifests(lake, sorted(set(partitions.values())))
    manifests = {one.partition: one for one in usable}
    tables: list[StoredObject] = []
    files: dict[str, StoredObject] = {}
    for name, partition in partitions.items():
        manifest = manifests.get(partition)
        if manifest and (own := _chart_files(manifest, archived)):
            tables.append(archived[name])
            files |= {raw_name(one.key): one for one in own}
    if not tables:
        return []
    with open_workspace(lake, "parquet") as workspace:
        _collect(lake, tables, "entries_of_tables", workspace)
        _collect(lake, list(files.values()), "entries_of_files", workspace)
        found = workspace.connection.execute(_COMPARED).fetchall()
    return [Contradiction(*row) for row in found]


def _chart_files(manifest: Manifest, archived: dict[str, StoredObject]) -> list[StoredObject]:
    names = [one.raw_name for one in manifest.snapshots if not holds_month(one.raw_name)]
    return [archived[name] for name in names if name in archived]


def _collect(lake: Lake, objects: list[StoredObject], name: str, workspace: Workspace) -> None:
    """Gather the entries in raw files in a table of that name."""
    groups, verb = in_order(objects), f"create temp table {name} as"
    while groups:
        batch = stage_next(lake, groups, workspace)
        if batch.unread:
            raise LakeError(batch.unread[0].sentence)
        transform(batch, workspace)
        workspace.connection.execute(f"{verb} {_ENTRIES}")
        verb = f"insert into {name}"
