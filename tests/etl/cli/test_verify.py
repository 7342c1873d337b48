"""The command that verifies the lake: what it prints, and its exit status."""

import pytest
from typer.testing import CliRunner

from etl.cli import app
from etl.lake.layout import PENDING, PROCESSED
from tests.support.small_lakes import chart_body, chart_name

PUBLISHED = "lake/transformed_data/song_data/snapshot_month=2026-01/regional-xx-weekly.parquet"


@pytest.fixture
def chartlake(tmp_path, monkeypatch):
    """Runs the command in a folder with a small lake; returns its exit status and output."""
    monkeypatch.chdir(tmp_path)
    pending = tmp_path / "lake" / PENDING
    pending.mkdir(parents=True)
    (pending / chart_name(0)).write_bytes(chart_body(0))

    def run(*arguments):
        completed = CliRunner().invoke(app, arguments, catch_exceptions=False)
        return completed.exit_code, completed.stdout

    return run


@pytest.mark.slow
def test_verify_says_what_is_wrong_and_exits_with_status_1(chartlake, tmp_path, monkeypatch):
    monkeypatch.setattr("etl.pipeline.verify.PATIENCE", 0)
    chartlake("process")
    chartlake("mirror")
    everything_agrees = "verified 1 partition and 1 snapshot: everything agrees\n"
    assert chartlake("verify") == (0, everything_agrees)
    (tmp_path / PUBLISHED).write_bytes(b"something else")
    assert chartlake("verify") == (
        1,
        "manifests/regional-xx-weekly/2026-01.json: the songs file has other bytes than listed;"
        " run `chartlake rebuild`\nverified 1 partition and 1 snapshot: 1 fault\n",
    )
    chartlake("rebuild")
    assert chartlake("verify") == (0, everything_agrees)


@pytest.mark.slow
def test_verify_does_not_say_that_everything_agrees_if_a_raw_file_is_lost(chartlake, tmp_path):
    chartlake("process")
    chartlake("mirror")
    (tmp_path / "lake" / PROCESSED / chart_name(0)).unlink()
    status, output = chartlake("verify")
    assert status == 0
    assert output.splitlines()[-1] == (
        "verified 1 partition and 1 snapshot: the published tables agree; 1 raw file is not in the"
        " archive"
    )


@pytest.mark.slow
def test_verify_exits_with_status_0_if_something_is_only_pending(chartlake):
    status, output = chartlake("verify")
    assert status == 0
    assert output.splitlines() == [
        "raw_data/to_be_processed/: 1 raw file pending; run `chartlake process`",
        "mirror.duckdb: it does not exist yet; run `chartlake mirror`",
        "verified 0 partitions and 0 snapshots: everything agrees",
    ]
