"""Whatever lands: a run ends, keeps every byte, says why, and publishes what is good."""

from __future__ import annotations

import json
import os
import secrets
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from botocore.stub import Stubber

from etl.errors import LakeError
from etl.lake import open_lake
from etl.lake.layout import PENDING, PROCESSED, QUARANTINE, REASON_SUFFIX, quarantined_name
from etl.lake.s3 import S3Lake
from etl.pipeline.process import process_pending
from etl.pipeline.rebuild import rebuild
from etl.wording import printable
from tests.support import made_up
from tests.support.gathered import failing_part, gather
from tests.support.small_lakes import chart_body, derived_objects

GOOD_NAME = "regional-good-weekly-2026-01-01.csv"
GOOD_SONGS = "transformed_data/song_data/snapshot_month=2026-01/regional-good-weekly.parquet"
ENDURANCE_BATCH = 1000
ENDURANCE_INPUTS = int(os.environ.get("HOSTILE_INPUTS", "100000"))


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
    assert check_hostile({"list.json": made_up.envelope(PAGE, at=at)}) == {"list.json"}


def check_gathered(size: int, seed: int) -> int:
    """Process so many drawn files, check what became of them; returns how many were rejected."""
    files = gather(size, seed)
    try:
        return len(check_hostile(files))
    except Exception as error:
        raise AssertionError(f"seed {seed}: {failing_part(files, check_hostile)}") from error


@pytest.mark.slow
def test_a_run_survives_whatever_lands():
    assert check_gathered(200, seed=0) < 200


@pytest.mark.endurance
@pytest.mark.timeout(7200)
def test_a_run_survives_a_hundred_thousand_hostile_files(capsys):
    sizes = [min(ENDURANCE_BATCH, rest) for rest in range(ENDURANCE_INPUTS, 0, -ENDURANCE_BATCH)]
    seed = int(os.environ.get("HOSTILE_SEED", secrets.randbelow(10**9)))
    rejected = sum(check_gathered(size, seed + number) for number, size in enumerate(sizes))
    with capsys.disabled():
        processed = ENDURANCE_INPUTS - rejected
        print(f"\nhostile files from seed {seed}: {processed} processed, {rejected} quarantined")


@pytest.mark.parametrize(
    "name", ["../x.json", "a/../../x.json", "/etc/x.json", "a//b.json", "./x.json", "x\0.json", ""]
)
def test_no_name_leads_out_of_its_zone(lake, name):
    with pytest.raises(LakeError, match="is not a valid key; nothing was read or written"):
        lake.write(PENDING + name, b"")
