"""The published snapshots: what the mirror knows of a manifest is not read again."""

import pytest

from etl.lake.layout import manifest_key
from etl.lake.partitions import read_manifests
from etl.mirror.published import published_snapshots
from etl.mirror.refresh import refresh
from etl.pipeline.process import process_pending
from tests.support.places import IN_A_DIRECTORY
from tests.support.small_lakes import history, put_pending

pytestmark = IN_A_DIRECTORY


class ReadLake:
    """A lake that notes which objects are read."""

    def __init__(self, lake):
        self.lake, self.keys = lake, []

    def __getattr__(self, name):
        return getattr(self.lake, name)

    def read(self, key):
        self.keys.append(key)
        return self.lake.read(key)


def in_order(snapshots):
    return sorted(snapshots, key=lambda pair: (pair[0], pair[1].snapshot_at))


@pytest.fixture
def mirror(tmp_path):
    return tmp_path / "mirror.duckdb"


@pytest.fixture
def expected(lake):
    put_pending(lake, history(6))
    process_pending(lake, "parquet")
    manifests = read_manifests(lake)
    return in_order((one.partition, two) for one in manifests for two in one.snapshots)


def test_without_a_mirror_every_manifest_is_read(lake, mirror, expected):
    counted = ReadLake(lake)
    assert in_order(published_snapshots(counted, mirror).snapshots) == expected
    assert len(counted.keys) == len({partition for partition, _ in expected})


def test_what_the_mirror_knows_is_not_read_again(lake, mirror, expected):
    refresh(lake, mirror)
    counted = ReadLake(lake)
    assert in_order(published_snapshots(counted, mirror).snapshots) == expected
    assert counted.keys == []


def test_a_manifest_that_has_changed_since_is_read(lake, mirror, expected):
    refresh(lake, mirror)
    key = manifest_key(expected[0][0])
    lake.write(key, lake.read(key).body + b"\n")
    counted = ReadLake(lake)
    assert in_order(published_snapshots(counted, mirror).snapshots) == expected
    assert counted.keys == [key]


def test_a_manifest_that_is_gone_lists_nothing(lake, mirror, expected):
    refresh(lake, mirror)
    gone = expected[0][0]
    lake.delete(manifest_key(gone))
    found = in_order(published_snapshots(lake, mirror).snapshots)
    assert found == [pair for pair in expected if pair[0] != gone]


def test_a_file_that_is_no_mirror_is_passed_over(lake, mirror, expected):
    mirror.write_bytes(b"something else")
    assert in_order(published_snapshots(lake, mirror).snapshots) == expected


def test_the_snapshots_of_one_chart_are_listed_alone(lake, mirror, expected):
    refresh(lake, mirror)
    chart_id = expected[0][0].chart_id
    found = in_order(published_snapshots(lake, mirror, chart_id).snapshots)
    assert found == [pair for pair in expected if pair[0].chart_id == chart_id]
