"""`python -m benchmarks`, as people and CI run it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.bench import Bench
from benchmarks.cases import CASES
from benchmarks.measuring import Program, alternate, always, run

ROOT = Path(__file__).parents[2]


def measure(folder, *arguments):
    command = [sys.executable, "-m", "benchmarks", "--folder", str(folder), *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_a_case_prints_a_row_for_each_program(tmp_path):
    completed = measure(tmp_path, "--only", "process", "--sizes", "2", "--rounds", "1")
    assert (completed.returncode, completed.stderr) == (0, "")
    rows = [line.split(" | ") for line in completed.stdout.splitlines() if "| process" in line]
    assert [row[2] for row in rows][:2] == ["chartlake", "tutorial"]
    assert "duckdb" in completed.stdout.splitlines()[-1]
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_case_is_refused(tmp_path):
    assert measure(tmp_path, "--only", "nothing").returncode == 2


def test_a_program_is_measured_with_all_that_it_starts(tmp_path):
    busy = "import time\nwhile time.process_time() < 0.3: pass"
    starts = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {busy!r}])"
    costs = alternate(always({"starts": Program(("-c", starts), tmp_path)}), rounds=2)
    assert costs["starts"].cpu >= 0.3


def test_a_program_that_fails_is_shown(tmp_path):
    with pytest.raises(RuntimeError, match="no such table"):
        run(Program(("-c", "import sys; sys.exit('no such table')"), tmp_path))


def test_settings_do_not_reach_what_is_measured(tmp_path, monkeypatch):
    monkeypatch.setenv("CHARTLAKE_FORMAT", "csv")
    script = "import os, sys; sys.exit('CHARTLAKE_FORMAT' in os.environ)"
    run(Program(("-c", script), tmp_path))


def test_each_case_is_described_in_the_documentation():
    text = (ROOT / "docs/performance.md").read_text("utf-8")
    assert set(re.findall(r"^\| `([a-z-]+)` \|", text, re.MULTILINE)) == set(CASES)


def test_raw_files_are_landed_as_links(tmp_path):
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw/a.json").write_text("{}")
    pending = Bench(tmp_path, 1).landed(tmp_path / "raw") / "raw_data/to_be_processed/a.json"
    assert pending.samefile(tmp_path / "raw/a.json")
