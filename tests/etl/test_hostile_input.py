"""Whatever lands: a run ends, keeps every byte, says why, and publishes what is good."""

from __future__ import annotations

import json
import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from botocore.stub import Stubber
from hypothesis import HealthCheck, Phase, given, settings

from etl.errors import LakeError
from etl.lake import open_lake
from etl.lake.layout import PENDING, PROCESSED, QUARANTINE, REASON_SUFFIX, quarantined_name
from etl.lake.s3 import S3Lake
from etl.pipeline.process import process_pending
from etl.pipeline.rebuild import rebuild
from etl.wording import printable
from tests.support import hostile, made_up
from tests.support.small_lakes import chart_body, derived_objects

GOOD_NAME = "regional-good-weekly-2026-01-01.csv"
GOOD_SONGS = "transformed_data/song_data/snapshot_month=2026-01/regional-good-weekly.parquet"
BATCH = 40
ENDURANCE_BATCH = 100
ENDURANCE_INPUTS = int(os.environ.get("HOSTILE_INPUTS", "100000"))
# Deeply nested files make long reports of a failure.
pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")
PATIENT = settings(
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None
)


def test_keys_of_s3_that_are_no_paths_are_left_out(monkeypatch):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    lake = S3Lake("s3://bucket/lake", {})
    names = ["../x.json", "a//b.json", "./x.json", "a/../x.json", "folder/", ".hidden", "good.json"]
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    contents = [
        {"Key": f"lake/{PENDING}{name}", "Size": 1, "LastModified": moment, "ETag": "x"}
        for name in names
    ]
    with Stubber(lake._client) as stubber:
        stubber.add_response("list_objects_v2", {"Contents": contents})
        assert [stored.key for stored in lake.list(PENDING)] == [f"{PENDING}good.json"]


def check_hostile(files: dict[str, bytes]) -> set[str]:
    """Process files beside a good one, check what became of each; returns the rejected names."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "lake")
        lake = open_lake(str(root))
        (root / PENDING).mkdir(parents=True)
        files = files | {GOOD_NAME: chart_body(0)}
        for name, body in files.items():
            (root / PENDING / name).write_bytes(body)
        quarantined = process_pending(lake, "parquet").quarantined
        assert lake.list(PENDING) == []
        rejected = {one.name for one in quarantined}
        for name, body in files.items():
            if name in rejected:
                check_quarantined(root / QUARANTINE, name, body)
            else:
                assert (root / PROCESSED / name).read_bytes() == body
        assert (root / GOOD_SONGS).exists()
        assert list(Path(folder).iterdir()) == [root]
        published = derived_objects(lake)
        rebuild(lake, "parquet")
        assert derived_objects(lake) == published
    return rejected


def check_quarantined(zone: Path, name: str, body: bytes) -> None:
    """Check that a file is in quarantine, its bytes untouched, with a reason that names it."""
    kept_as = quarantined_name(name)
    reason = json.loads((zone / f"{kept_as}{REASON_SUFFIX}").read_bytes())
    assert (zone / kept_as).read_bytes() == body
    assert reason["name"] == name
    assert reason["rule"] and reason["rule"] in reason["reason"]
    assert printable(name) in reason["reason"]
    assert reason["reason"].isprintable()


PAGE = made_up.page(made_up.songs(1, 2))
# Each of these once ended a run.
NAMES = {
    "\udcff\udcfe.json": b"{",
    "\udcff 2026-01-02.json": made_up.envelope(PAGE, at="2026-01-02"),
    "x" * 250 + ".json": b"{",
    "bad.json": b"{",
    "bad.json.reason.json": b"[",
    "list.replaced-0123456789ab.json": made_up.envelope(PAGE, at="2026-01-02"),
    "regional-xx-weekly-0001-01-01--0001-01-01.csv": chart_body(1),
    "a\nb\x1b[2J.json": b"{",
}
CONTENTS = {
    "old.json": made_up.envelope(PAGE, at="0987-01-01"),
    "long.json": made_up.envelope(PAGE, at="2026-01-02", chart_id="x" * 250),
    "far.json": made_up.envelope(PAGE | {"offset": 2**31}, at="2026-01-02"),
}


@pytest.mark.parametrize("files", [NAMES, CONTENTS], ids=["names", "contents"])
def test_what_no_manifest_can_list_is_quarantined(files):
    assert check_hostile(files) == set(files)


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_time_that_is_none_in_utc_is_not_a_time(at):
    assert check_hostile({"list.json": made_up.envelope(PAGE, at=at)}) == set()


@pytest.mark.slow
@settings(PATIENT, max_examples=8, derandomize=True, database=None, phases=[Phase.generate])
@given(hostile.batches(BATCH))
def test_a_run_survives_whatever_lands(files):
    check_hostile(files)


@pytest.mark.endurance
@pytest.mark.timeout(7200)
@settings(PATIENT, max_examples=ENDURANCE_INPUTS // ENDURANCE_BATCH)
@given(hostile.batches(ENDURANCE_BATCH))
def test_a_run_survives_a_hundred_thousand_hostile_files(files):
    check_hostile(files)


@pytest.mark.parametrize(
    "name", ["../x.json", "a/../../x.json", "/etc/x.json", "a//b.json", "./x.json", "x\0.json", ""]
)
def test_no_name_leads_out_of_its_zone(lake, name):
    with pytest.raises(LakeError, match="is not a valid key; nothing was read or written"):
        lake.write(PENDING + name, b"")
