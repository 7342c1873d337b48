from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from etl.cli import app


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
