"""Verify finds each kind of damage, and what it says to do repairs it."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from etl.lake import Lake, open_lake
from etl.lake.layout import MANIFESTS, PENDING, PROCESSED, QUARANTINE, REASON_SUFFIX, STATE
from etl.mirror.refresh import refresh
from etl.pipeline.process import process_pending
from etl.pipeline.rebuild import rebuild
from etl.pipeline.verify import verify
from etl.pipeline.verify.finding import Finding
from etl.sources.references import Answer, Reference, write_reference
from tests.support import damage, made_up
from tests.support.damage import FILES, MANIFEST, RAW, SONGS, edited_manifest
from tests.support.places import IN_A_DIRECTORY
from tests.support.small_lakes import (
    chart_body,
    chart_name,
    playlist_body,
    playlist_name,
    put_pending,
)

Damage = Callable[[Lake, Path], None]


class Case(NamedTuple):
    """A kind of damage, and the finding that it leads to."""

    damage: Damage
    subject: str
    problem: str
    is_notice: bool = False


def fill(lake: Lake, mirror: Path) -> None:
    """Make a small lake and its mirror, in which everything agrees."""
    put_pending(lake, FILES)
    process_pending(lake, "parquet")
    refresh(lake, mirror)


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A folder with a small lake and its mirror."""
    folder = tmp_path_factory.mktemp("filled")
    fill(open_lake(str(folder / "lake")), folder / "mirror.duckdb")
    return folder


@pytest.fixture
def mirror(lake, filled, tmp_path):
    """The mirror of a small lake in which everything agrees."""
    path = tmp_path / "mirror.duckdb"
    if lake.location.startswith("s3://"):
        fill(lake, path)
    else:
        # A link keeps the version of an object, and no write changes a file in place.
        shutil.copytree(filled / "lake", lake.location, copy_function=os.link)
        shutil.copy(filled / path.name, path)
    return path


def findings(lake: Lake, mirror: Path) -> tuple[Finding, ...]:
    return verify(lake, mirror, sleep=lambda seconds: None).findings


def follow(finding: Finding, lake: Lake, mirror: Path) -> None:
    """Do what the remedy says, in its order."""
    steps = r"delete it|move it away|move it to|land that file|`chartlake (?:\w+)`"
    for step in re.findall(steps, finding.remedy):
        if step == "delete it" and finding.subject == str(mirror):
            mirror.unlink()
        elif step == "delete it" and "if no manifest lists it" in finding.remedy:
            if finding in findings(lake, mirror):
                lake.delete(finding.subject)
        elif step in ("delete it", "move it away"):
            lake.delete(finding.subject)
        elif step == "move it to":
            lake.move(finding.subject, PENDING + finding.subject.rpartition("/")[2])
        elif step == "land that file":
            put_pending(lake, {RAW: FILES[RAW]})
        elif step == "`chartlake process`":
            process_pending(lake, "parquet")
        elif step == "`chartlake rebuild`":
            rebuild(lake, "parquet")
        else:
            assert step == "`chartlake mirror`"
    refresh(lake, mirror)


CASES = [
    Case(damage.songs_missing, MANIFEST, "the songs file is missing"),
    Case(damage.songs_of_other_bytes, MANIFEST, "the songs file has other bytes than listed"),
    Case(damage.songs_unreadable, MANIFEST, "the songs file cannot be read"),
    Case(damage.songs_with_a_duplicate, MANIFEST, "two rows with the same position"),
    Case(damage.songs_without_a_position, MANIFEST, "rows without a position"),
    Case(damage.songs_of_another_chart, MANIFEST, "rows of another chart, other"),
    Case(damage.songs_lost, MANIFEST, "4 entries of the snapshot of 2026-01-01 00:00:00, not 5"),
    Case(damage.size_wrong, MANIFEST, "bytes, not"),
    Case(damage.rows_wrong, MANIFEST, "the songs file has 10 rows, not 11 as listed"),
    Case(
        damage.snapshot_unlisted,
        MANIFEST,
        "rows of the snapshot of 2026-01-08 00:00:00, which is not",
    ),
    Case(damage.snapshot_listed_twice, MANIFEST, "more than once"),
    Case(damage.snapshot_of_another_month, MANIFEST, "2026-02-05 00:00:00, of another month"),
    Case(damage.manifest_truncated, MANIFEST, "it is not a manifest"),
    Case(
        damage.manifest_of_another_partition,
        MANIFEST,
        "another partition, regional-zz-weekly 2026-01",
    ),
    Case(damage.manifest_without_albums, MANIFEST, "it does not list one file for each table"),
    Case(
        damage.manifest_with_another_file, MANIFEST, "its songs file is transformed_data/album_data"
    ),
    Case(damage.manifest_missing, SONGS, "no manifest lists it, but Athena reads it"),
    Case(damage.manifest_missing, PROCESSED + RAW, "no manifest lists its snapshot"),
    Case(damage.manifest_misnamed, f"{MANIFESTS}notes.txt", "its name is not that of a manifest"),
    Case(damage.file_left_behind, SONGS.replace("regional", "viral"), "no manifest lists it"),
    Case(
        damage.file_in_the_other_format, SONGS.replace(".parquet", ".csv"), "no manifest lists it"
    ),
    Case(
        damage.raw_file_lost, MANIFEST, f"its raw file {RAW} is not in the archive", is_notice=True
    ),
    Case(damage.raw_file_changed, PROCESSED + RAW, "it has other bytes than published"),
    Case(damage.raw_file_of_garbage, PROCESSED + RAW, "in which that snapshot is not"),
    Case(damage.raw_file_not_archived, MANIFEST, "published but not archived", is_notice=True),
    Case(
        damage.raw_file_archived_by_hand,
        PROCESSED + chart_name(3),
        "no manifest lists its snapshot",
    ),
    Case(
        damage.snapshot_only_in_a_replaced_file,
        damage.REPLACED,
        "no manifest lists its snapshot",
    ),
    Case(damage.archived_garbage, f"{PROCESSED}garbage.json", "it cannot be read"),
    Case(damage.reason_lost, f"{QUARANTINE}bad.json", "it has no reason beside it"),
    Case(damage.quarantined_file_lost, f"{QUARANTINE}bad.json{REASON_SUFFIX}", "is not there"),
    Case(damage.raw_file_pending, PENDING, "1 raw file pending", is_notice=True),
    Case(damage.rebuild_unfinished, STATE, "died before it had finished", is_notice=True),
    Case(damage.mirror_missing, "mirror.duckdb", "it does not exist yet", is_notice=True),
    Case(damage.mirror_of_garbage, "mirror.duckdb", "it cannot be read"),
    Case(damage.mirror_behind, "mirror.duckdb", "behind in 1 partition (reg", is_notice=True),
    Case(damage.mirror_of_another_lake, "mirror.duckdb", "holds 3 partitions, but nothing is"),
    Case(
        damage.mirror_without_a_row,
        "mirror.duckdb",
        "9 rows of regional-xx-weekly 2026-01 in songs",
    ),
    Case(damage.mirror_with_another_row, "mirror.duckdb", "in songs are not those published"),
    Case(damage.mirror_with_another_snapshot, "mirror.duckdb", "not those that the manifest lists"),
    Case(damage.mirror_with_a_foreign_row, "mirror.duckdb", "which it never copied"),
]


# One case of each part on the other store, which the parts do not see.
IN_S3 = (
    damage.songs_missing,
    damage.manifest_truncated,
    damage.manifest_missing,
    damage.raw_file_lost,
    damage.raw_file_not_archived,
)
PLACES = [
    *(("directory", case) for case in CASES),
    *(
        ("s3", case)
        for case in CASES
        if case.damage in (*IN_S3, damage.reason_lost, damage.mirror_behind)
    ),
]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("location", "case"),
    PLACES,
    indirect=["location"],
    ids=[f"{place}-{case.damage.__name__}" for place, case in PLACES],
)
def test_what_is_damaged_is_found_and_the_remedy_repairs_it(lake, mirror, case):
    case.damage(lake, mirror)
    found = findings(lake, mirror)
    chosen = [
        one for one in found if one.subject.endswith(case.subject) and case.problem in one.problem
    ]
    assert chosen, found
    assert [one.is_notice for one in chosen] == [case.is_notice] * len(chosen)
    follow(chosen[0], lake, mirror)
    assert findings(lake, mirror) == ()


@IN_A_DIRECTORY
@pytest.mark.slow
@pytest.mark.parametrize("file_format", ["parquet", "csv"])
def test_nothing_is_found_in_a_lake_in_which_everything_agrees(lake, tmp_path, file_format):
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    answer = Answer("song0001", made_up.track(1, name='Tab\t, "quote" \\ and | bar'))
    write_reference(lake, Reference("spotify", "track", moment, (answer,)))
    odd = [
        *made_up.songs(1, 1),
        made_up.entry(made_up.track(2, name='A\\B, "C"\nD', artists=[])),
        made_up.entry(None),
    ]
    put_pending(
        lake,
        {
            **FILES,
            f"{RAW.removesuffix('.csv')} (1).csv": FILES[RAW],  # a copy
            "empty 2026-01-03.json": made_up.as_json(made_up.page([])),
            "odd 2026-01-04.json": made_up.as_json(made_up.page(odd)),
        },
    )
    process_pending(lake, file_format)
    put_pending(lake, {RAW: chart_body(9), "bad.json": b"["})  # replaces, under the same name
    put_pending(lake, {playlist_name(0).replace("list", "other"): playlist_body(0, first=30)})
    process_pending(lake, file_format)
    refresh(lake, tmp_path / "mirror.duckdb")
    verified = verify(lake, tmp_path / "mirror.duckdb")
    assert verified.findings == ()
    assert (verified.partitions, verified.snapshots) == (3, 8)


@IN_A_DIRECTORY
def test_a_manifest_of_a_newer_version_is_not_judged(lake, mirror):
    with edited_manifest(lake) as manifest:
        manifest["format_version"] = 99
    found = [one for one in findings(lake, mirror) if not one.is_notice]
    assert [(one.subject, one.remedy) for one in found] == [(MANIFEST, "update chartlake")]


def test_a_publisher_that_is_at_work_is_not_reported(lake, mirror):
    songs = lake.read(SONGS).body
    lake.write(SONGS, b"half")
    verified = verify(lake, mirror, sleep=lambda seconds: lake.write(SONGS, songs) and None)
    assert verified.findings == ()


@IN_A_DIRECTORY
def test_an_older_file_of_a_name_that_came_again_counts_as_archived(lake, tmp_path):
    for week in (0, 1):
        put_pending(lake, {"list.json": playlist_body(week)})
        process_pending(lake, "parquet")
    refresh(lake, tmp_path / "mirror.duckdb")
    assert findings(lake, tmp_path / "mirror.duckdb") == ()


def test_a_finding_is_one_line_whatever_is_in_a_name():
    finding = Finding("a\nb\x1b[2J\udcff é", "problem", "remedy")
    assert finding.line == r"a\nb\x1b[2J\udcff é: problem; remedy"
