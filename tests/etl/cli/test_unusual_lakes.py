"""The command line on lakes that are none, or damaged."""

from __future__ import annotations

import pytest

from etl.lake import open_lake
from tests.support.commands import run_command
from tests.support.small_lakes import chart_body, chart_name, put_pending


@pytest.fixture
def chartlake(tmp_path, monkeypatch, capsys):
    """Runs the command with arguments; returns its exit status, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        return run_command(*arguments), *capsys.readouterr()

    return run


def test_a_damaged_manifest_is_named_after_the_rest_is_done(chartlake, tmp_path):
    lake = open_lake(str(tmp_path / "lake"))
    put_pending(lake, {chart_name(0, region): chart_body(0) for region in ("xx", "yy")})
    lake.write("manifests/regional-xx-weekly/2026-01.json", b"garbage")
    for command, outcome, prefix in (
        ("process", "published 1 snapshot\n", f"still pending: {chart_name(0)}: "),
        ("mirror", "mirror.duckdb holds 1 snapshot; 1 partition copied\n", "not copied: "),
    ):
        status, output, error = chartlake(command)
        assert (status, output) == (1, outcome)
        assert error.startswith(f"{prefix}The manifest manifests/regional-xx-weekly/2026-01.json")
    status, output, error = chartlake("status")
    assert status == 1 and "published 1 · pending 1" in output
    assert error.startswith("The manifest manifests/regional-xx-weekly/2026-01.json cannot be read")


@pytest.mark.parametrize("command", ["status", "process", "mirror", "rebuild", "verify"])
def test_a_file_is_refused_as_a_lake(chartlake, tmp_path, monkeypatch, command):
    (tmp_path / "top50.json").write_text("{}")
    monkeypatch.setenv("CHARTLAKE_LAKE", "top50.json")
    status, output, error = chartlake(command)
    assert (status, output) == (1, "") and "CHARTLAKE_LAKE" in error
