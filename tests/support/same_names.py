"""Raw files that land one after the other under the same name."""

from __future__ import annotations

from datetime import datetime

from etl.lake import Lake
from etl.lake.partitions import read_manifests
from etl.pipeline.process import process_pending
from etl.pipeline.rebuild import rebuild
from tests.support.small_lakes import derived_objects, put_pending


def come_again(lake: Lake, name: str, *bodies: bytes) -> None:
    """Let files of one name land and be processed one after the other."""
    for body in bodies:
        put_pending(lake, {name: body})
        process_pending(lake, "parquet")


def snapshots(lake: Lake) -> list[tuple[datetime, str, str]]:
    """What is published: time, raw name and SHA-256 of each snapshot."""
    return [
        (one.snapshot_at, one.raw_name, one.sha256)
        for manifest in read_manifests(lake)
        for one in manifest.snapshots
    ]


def assert_rebuilt_from_nothing(lake: Lake) -> None:
    """Delete what is derived, and compare with what a rebuild writes."""
    before = derived_objects(lake)
    rebuild(lake, "parquet")
    assert derived_objects(lake) == before
    for key in before:
        lake.delete(key)
    rebuild(lake, "parquet")
    assert derived_objects(lake) == before
