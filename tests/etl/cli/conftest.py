from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from etl.cli import app
from etl.lake import open_lake
from etl.mirror.refresh import refresh
from etl.pipeline.process import process_pending
from tests.support.commands import run_command
from tests.support.small_lakes import chart_body, chart_name, put_pending


@pytest.fixture
def land(tmp_path, monkeypatch):
    """Writes files by name, and lands a path; returns status, lines of stdout, and stderr."""
    monkeypatch.chdir(tmp_path)

    def run(files: dict[str, bytes], *arguments: str):
        for name, body in files.items():
            Path(name).parent.mkdir(exist_ok=True)
            Path(name).write_bytes(body)
        completed = CliRunner().invoke(app, ["land", *arguments])
        assert completed.exception is None or isinstance(completed.exception, SystemExit)
        return completed.exit_code, completed.stdout.splitlines(), completed.stderr

    return run


@pytest.fixture(scope="session")
def mirror(tmp_path_factory):
    """Two charts of six weeks, one of which lacks the third week."""
    folder = tmp_path_factory.mktemp("asked")
    files = {chart_name(week, "de"): chart_body(week) for week in range(6) if week != 2}
    files |= {chart_name(week, "global"): chart_body(week + 3) for week in range(6)}
    lake = open_lake(str(folder / "lake"))
    put_pending(lake, files)
    process_pending(lake, "parquet")
    refresh(lake, folder / "mirror.duckdb")
    return folder / "mirror.duckdb"


@pytest.fixture
def chartlake(mirror, monkeypatch, capsys):
    """Runs the command; returns its exit status, stdout and stderr."""
    monkeypatch.setenv("CHARTLAKE_MIRROR", str(mirror))

    def run(*arguments):
        status = run_command(*arguments)
        return status, *capsys.readouterr()

    return run
