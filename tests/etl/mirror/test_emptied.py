"""A lake in which nothing is published, and a mirror that holds something."""

import pytest

from etl.errors import MirrorError
from etl.lake import open_lake
from etl.mirror.refresh import refresh
from etl.pipeline.process import process_pending
from tests.support.small_lakes import history, put_pending


@pytest.fixture
def mirror(tmp_path):
    return tmp_path / "mirror.duckdb"


def test_a_lake_in_which_nothing_is_published_does_not_empty_the_mirror(lake, mirror):
    put_pending(lake, history(2))
    process_pending(lake, "parquet")
    refresh(lake, mirror)
    before = mirror.read_bytes()
    mistyped = open_lake(f"{lake.location}-typo")
    with pytest.raises(MirrorError, match=r"holds 3 partitions.*CHARTLAKE_LAKE.*delete"):
        refresh(mistyped, mirror)
    assert mirror.read_bytes() == before
    mirror.unlink()
    assert refresh(mistyped, mirror).snapshots == 0
