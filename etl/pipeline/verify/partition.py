"""One partition: its manifest, table files, raw files, and its rows in the mirror."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import duckdb

from etl.errors import AccessDenied, LakeError, ObjectMissing
from etl.lake import Lake, in_parallel
from etl.lake.layout import Partition
from etl.pipeline.verify.finding import Finding, unreadable
from etl.pipeline.verify.listing import Listing, check_snapshots, read_listing
from etl.pipeline.verify.mirror import MirrorContents, check_mirrored
from etl.pipeline.verify.raw_files import check_archived
from etl.pipeline.verify.tables import check_tables


@dataclass(frozen=True, slots=True)
class Tools:
    """What every check of a partition needs: the lake, the mirror's contents, and a workspace."""

    lake: Lake
    mirror: MirrorContents | None
    connection: duckdb.DuckDBPyConnection
    folder: Path


@dataclass(slots=True)
class PartitionChecked:
    """What the manifest of a partition says, its version, and what is wrong.

    There is no version where the manifest was deleted meanwhile, and no listing where it cannot be
    used.
    """

    version: str | None = None
    listing: Listing | None = None
    findings: list[Finding] = field(default_factory=list)


def check_partition(tools: Tools, key: str) -> PartitionChecked:
    """Check the partition whose manifest has that key."""
    lake, mirror = tools.lake, tools.mirror
    if Partition.of_manifest(key) is None:
        problem = "its name is not that of a manifest, so that chartlake does not read it"
        return PartitionChecked(findings=[Finding(key, problem, "move it away")])
    try:
        blob = lake.read(key)
    except ObjectMissing:
        return PartitionChecked()
    except (LakeError, AccessDenied) as error:
        return PartitionChecked("unknown", findings=[unreadable(key, error)])
    listing = read_listing(key, blob.body)
    if isinstance(listing, Finding):
        return PartitionChecked(blob.version, findings=[listing])
    columns = mirror.columns if mirror else {}
    try:
        bodies = _bodies(lake, listing)
    except (LakeError, AccessDenied) as error:
        return PartitionChecked(blob.version, findings=[unreadable(key, error)])
    tables = check_tables(key, listing, bodies, columns, tools.connection, tools.folder)
    findings = [
        *check_snapshots(key, listing),
        *tables.findings,
        *check_archived(lake, key, listing),
    ]
    if mirror:
        findings += check_mirrored(mirror, listing, blob.version, tables.contents)
    return PartitionChecked(blob.version, listing, findings)


def _bodies(lake: Lake, listing: Listing) -> dict[str, bytes | None]:
    keys = [file.key for file in listing.files.values()]
    return dict(zip(listing.files, in_parallel(partial(_body, lake), keys), strict=True))


def _body(lake: Lake, key: str) -> bytes | None:
    try:
        return lake.read(key).body
    except ObjectMissing:
        return None
