"""Manifests and intents that chartlake did not write never lead a run to objects of others."""

import json
import os
import shutil
from datetime import UTC, datetime

import pytest

from etl.errors import DamagedObject, RunFailed
from etl.lake import open_lake
from etl.lake.layout import PENDING, PROCESSED, STATE, Partition, manifest_key, table_keys
from etl.mirror.refresh import refresh
from etl.pipeline.process import process_pending
from etl.pipeline.purge import plan_purge, purge
from etl.pipeline.rebuild import rebuild
from etl.settings import Settings
from tests.support import made_up
from tests.support.small_lakes import (
    chart_name,
    history,
    lake_contents,
    playlist_body,
    put_pending,
)

OURS = Partition(made_up.PLAYLIST, "2026-01")
OTHERS = Partition("regional-xx-weekly", "2026-01")
RAW = PROCESSED + chart_name(0)


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """The folder of a small lake."""
    folder = tmp_path_factory.mktemp("filled") / "lake"
    lake = open_lake(str(folder))
    put_pending(lake, history(2))
    process_pending(lake, "parquet")
    return folder


@pytest.fixture
def lake(filled, tmp_path):
    """A copy of that lake."""
    shutil.copytree(filled, tmp_path / "lake", copy_function=os.link)
    return open_lake(str(tmp_path / "lake"))


def _all_files(manifest, key):
    for file in manifest["files"].values():
        file["key"] = key


def name_a_raw_file(manifest):
    _all_files(manifest, RAW)


def name_the_files_of_another_partition(manifest):
    for table, key in table_keys(OTHERS, "parquet").items():
        manifest["files"][table]["key"] = key


def name_a_path_out_of_the_lake(manifest):
    _all_files(manifest, "../outside.parquet")


def name_files_of_both_formats(manifest):
    manifest["files"]["songs"]["key"] = table_keys(OURS, "csv")["songs"]


def lack_a_table(manifest):
    del manifest["files"]["albums"]


def have_another_table(manifest):
    manifest["files"]["more"] = manifest["files"]["songs"]


def describe_another_partition(manifest):
    manifest |= {"chart_id": OTHERS.chart_id, "month": OTHERS.month}


def list_a_raw_file_out_of_the_archive(manifest):
    manifest["snapshots"][0]["raw_name"] = "../../manifests/x.json"


def process_more(lake, folder):
    put_pending(lake, {"list 2026-01-29.json": playlist_body(4)})
    try:
        process_pending(lake, "parquet").raise_for_pending()
    finally:
        lake.delete(f"{PENDING}list 2026-01-29.json")


def process_in_another_format(lake, folder):
    put_pending(lake, {"list 2026-01-29.json": playlist_body(4)})
    try:
        process_pending(lake, "csv").raise_for_pending()
    finally:
        lake.delete(f"{PENDING}list 2026-01-29.json")


def purge_everything(lake, folder):
    plan = plan_purge(lake, datetime(2030, 1, 1, tzinfo=UTC))
    purge(lake, Settings(mirror=folder / "mirror.duckdb"), plan)


def rebuild_everything(lake, folder):
    rebuild(lake, "csv")


def rebuild_the_partition(lake, folder):
    rebuild(lake, "parquet", only=[OURS])


def refresh_the_mirror(lake, folder):
    refresh(lake, folder / "mirror.duckdb").raise_for_unusable()


@pytest.mark.parametrize(
    "run",
    [
        *(process_more, process_in_another_format, purge_everything),
        *(rebuild_everything, rebuild_the_partition, refresh_the_mirror),
    ],
    ids=lambda run: run.__name__,
)
@pytest.mark.parametrize(
    "forge",
    [
        *(name_a_raw_file, name_the_files_of_another_partition, name_a_path_out_of_the_lake),
        *(name_files_of_both_formats, lack_a_table, have_another_table),
        *(describe_another_partition, list_a_raw_file_out_of_the_archive),
    ],
    ids=lambda forge: forge.__name__,
)
def test_a_manifest_that_names_what_is_not_its_own_is_refused(lake, tmp_path, forge, run):
    (tmp_path / "outside.parquet").write_bytes(b"of another program")
    key = manifest_key(OURS)
    manifest = json.loads(lake.read(key).body)
    forge(manifest)
    lake.write(key, json.dumps(manifest).encode())
    before = lake_contents(lake)
    with pytest.raises((DamagedObject, RunFailed), match=f"The manifest {key} cannot be read"):
        run(lake, tmp_path)
    assert lake_contents(lake) == before
    assert (tmp_path / "outside.parquet").read_bytes() == b"of another program"


@pytest.mark.parametrize(
    "document",
    [
        {"kind": "purge", "snapshots": [], "raw_files": {"manifests/x": "1"}, "references": {}},
        {"kind": "purge", "snapshots": [], "raw_files": {}, "references": {RAW: "1"}},
        {"kind": "purge", "snapshots": [["../x", "2026-01", "", ""]]},
        {"kind": "purge", "snapshots": [["x", "y"]]},
        {"kind": "purge"},
        {"kind": "rebuild", "partitions": [["../x", "2026-01"]]},
        {"kind": "rebuild", "partitions": [1]},
        {"kind": "rebuild"},
    ],
    ids=json.dumps,
)
def test_an_intent_that_names_what_it_may_not_change_is_refused(lake, document):
    key = f"{STATE}unfinished-{document['kind']}-0123456789ab.json"
    lake.write(key, json.dumps(document).encode())
    before = lake_contents(lake)
    with pytest.raises(DamagedObject, match=r"says what a run has left unfinished, cannot be read"):
        process_pending(lake, "parquet")
    assert lake_contents(lake) == before


def test_a_deleted_manifest_that_was_damaged_is_written_again_by_a_rebuild(lake):
    before = lake_contents(lake)
    lake.write(manifest_key(OURS), b"{")
    lake.delete(manifest_key(OURS))
    rebuild(lake, "parquet")
    assert lake_contents(lake) == before
