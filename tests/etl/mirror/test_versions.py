"""Mirrors and manifests of other versions of chartlake."""

import duckdb
import pytest

from etl.errors import MirrorError, RunFailed
from etl.lake.layout import Partition, manifest_key
from etl.mirror.query import query_mirror
from etl.mirror.refresh import refresh
from etl.pipeline.process import process_pending
from tests.support.places import IN_A_DIRECTORY
from tests.support.small_lakes import chart_body, chart_name, put_pending, query_rows

JANUARY = Partition("regional-xx-weekly", "2026-01")


@pytest.fixture
def mirror(tmp_path):
    return tmp_path / "mirror.duckdb"


def change_mirror(mirror, *statements):
    with duckdb.connect(str(mirror)) as connection:
        for statement in statements:
            connection.execute(statement)


@pytest.fixture
def published(lake, mirror):
    """A lake with one snapshot, and its mirror."""
    put_pending(lake, {chart_name(0): chart_body(0)})
    process_pending(lake, "parquet")
    refresh(lake, mirror)
    return lake


@IN_A_DIRECTORY
@pytest.mark.parametrize(
    "change",
    ["drop table mirror_properties", "update mirror_properties set format_version = 1"],
)
def test_a_mirror_of_an_older_version_is_built_anew(published, mirror, change):
    change_mirror(mirror, change, "alter table entries drop column streams")
    assert refresh(published, mirror).partitions == 1
    assert query_rows(mirror, "select count(streams) from songs") == [(5,)]


@IN_A_DIRECTORY
def test_a_mirror_of_a_newer_version_is_refused_and_not_changed(published, mirror):
    change_mirror(mirror, "update mirror_properties set format_version = 99")
    before = mirror.read_bytes()
    for use in (lambda: refresh(published, mirror), lambda: query_mirror(mirror, "from songs")):
        with pytest.raises(MirrorError, match="from a newer version of chartlake"):
            use()
    assert mirror.read_bytes() == before


@IN_A_DIRECTORY
def test_new_views_reach_an_existing_mirror_and_old_ones_leave_it(published, mirror):
    change_mirror(
        mirror,
        "drop view gaps",
        "create view retired as select 1 as number",
        "update mirror_properties set views_digest = 'other'",
    )
    assert refresh(published, mirror).partitions == 0
    assert query_rows(mirror, "select count(*) from gaps") == [(0,)]
    with pytest.raises(duckdb.CatalogException):
        query_rows(mirror, "from retired")


def test_a_manifest_of_an_older_version_is_read_and_a_newer_one_refused(published, mirror):
    key = manifest_key(JANUARY)
    body = published.read(key).body
    published.write(key, body.replace(b' "format_version": 3,\n', b""))
    assert refresh(published, mirror).partitions == 1
    published.write(key, body.replace(b'"format_version": 3', b'"format_version": 99'))
    with pytest.raises(RunFailed, match="from a newer version of chartlake"):
        refresh(published, mirror).raise_for_unusable()
