"""What verify advises about archived raw files that have other bytes than published."""

import pytest

from etl.errors import LakeError
from etl.lake.layout import PROCESSED, REFERENCE
from etl.mirror.refresh import refresh
from etl.pipeline.process import process_pending
from etl.pipeline.verify import verify
from tests.support.places import IN_A_DIRECTORY
from tests.support.refusals import refuse
from tests.support.small_lakes import history, playlist_body, playlist_name, put_pending


@pytest.fixture
def mirror(lake, tmp_path):
    """The mirror of a small lake in which everything agrees."""
    put_pending(lake, history(2))
    process_pending(lake, "parquet")
    refresh(lake, tmp_path / "mirror.duckdb")
    return tmp_path / "mirror.duckdb"


@IN_A_DIRECTORY
@pytest.mark.parametrize(
    ("body", "remedy"),
    [
        (b"{", "land that file again and run `chartlake process`"),
        (playlist_body(5), "land that file again and run `chartlake process`"),
        (playlist_body(0, first=30), "run `chartlake rebuild` to publish those that are there"),
    ],
    ids=["garbage", "another snapshot", "the same snapshot"],
)
def test_a_rebuild_is_advised_only_where_it_publishes_the_snapshot(lake, mirror, body, remedy):
    lake.write(PROCESSED + playlist_name(0), body)
    (finding,) = verify(lake, mirror, sleep=lambda seconds: None).findings
    assert finding.subject == PROCESSED + playlist_name(0)
    assert finding.remedy == f"restore the bytes, or {remedy}"


@IN_A_DIRECTORY
def test_without_the_references_what_a_rebuild_would_do_cannot_be_checked(
    lake, mirror, monkeypatch
):
    lake.write(f"{REFERENCE}spotify_track_x.json", b"{}")
    lake.write(PROCESSED + playlist_name(0), playlist_body(0, first=30))
    refuse(monkeypatch, "read", LakeError("Permission denied."), lambda key: REFERENCE in key)
    (finding,) = verify(lake, mirror, sleep=lambda seconds: None).findings
    assert "it cannot be checked; Permission denied." in finding.line
