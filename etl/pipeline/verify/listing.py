"""Manifests, read as docs/lake.md describes them, and not with the code that writes them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec

from etl.lake.layout import MANIFESTS, TABLES, TRANSFORMED, Partition
from etl.pipeline.verify.finding import Finding

REBUILD = "run `chartlake rebuild`"
WRITE_AGAIN = f"delete it and {REBUILD}"

# The latest format of manifests that is known here.
_KNOWN_FORMAT = 3


class ListedFile(msgspec.Struct, frozen=True):
    """What a manifest says of a table file; `size` is in bytes."""

    key: str
    size: int
    rows: int
    sha256: str


class ListedSnapshot(msgspec.Struct, frozen=True):
    """What a manifest says of a snapshot."""

    snapshot_at: datetime
    raw_name: str
    sha256: str
    entries: int
    expected_entries: int
    is_complete: bool
    chart_name: str | None = None

    @property
    def moment(self) -> datetime:
        """The time of the snapshot in UTC, without a zone, as table files have it."""
        return self.snapshot_at.astimezone(UTC).replace(tzinfo=None)


class Listing(msgspec.Struct, frozen=True):
    """What a manifest says of its partition."""

    chart_id: str
    month: str
    files: dict[str, ListedFile]
    snapshots: tuple[ListedSnapshot, ...]


class _Format(msgspec.Struct, frozen=True):
    """What every manifest says, whatever its format."""

    format_version: int = 1


_FORMAT = msgspec.json.Decoder(_Format)
_LISTING = msgspec.json.Decoder(Listing)


def read_listing(key: str, body: bytes) -> Listing | Finding:
    """What the manifest with that key says, or why it cannot be used."""
    try:
        version = _FORMAT.decode(body).format_version
        if version > _KNOWN_FORMAT:
            problem = f"it has format {version}, of a newer version of chartlake"
            return Finding(key, problem, "update chartlake")
        listing = _LISTING.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        return Finding(key, f"it is not a manifest ({error})", WRITE_AGAIN)
    if key != f"{MANIFESTS}{listing.chart_id}/{listing.month}.json":
        named = f"{listing.chart_id} {listing.month}"
        return Finding(key, f"it describes another partition, {named}", WRITE_AGAIN)
    if set(listing.files) != set(TABLES):
        return Finding(key, "it does not list one file for each table", WRITE_AGAIN)
    for table, file in listing.files.items():
        if file.key not in table_keys(Partition(listing.chart_id, listing.month), table):
            return Finding(key, f"its {table} file is {file.key}", WRITE_AGAIN)
    return listing


def table_keys(partition: Partition, table: str) -> tuple[str, str]:
    """The keys that a table file of the partition may have: as Parquet, and as CSV."""
    folder = f"{TRANSFORMED}{table.removesuffix('s')}_data/snapshot_month={partition.month}"
    return f"{folder}/{partition.chart_id}.parquet", f"{folder}/{partition.chart_id}.csv"


def check_snapshots(key: str, listing: Listing) -> Iterator[Finding]:
    """Check that each listed snapshot is listed once, and in the month of the partition."""
    moments = [snapshot.moment for snapshot in listing.snapshots]
    for moment in sorted(set(moments)):
        if moments.count(moment) > 1:
            yield Finding(key, f"it lists the snapshot of {moment} more than once", REBUILD)
        if f"{moment:%Y-%m}" != listing.month:
            yield Finding(key, f"it lists the snapshot of {moment}, of another month", REBUILD)
