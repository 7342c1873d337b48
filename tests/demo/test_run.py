"""The demo as a user runs it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from demo.run import run_demo
from etl.errors import InvalidInput
from tests.support.small_lakes import ask

TIMEOUT = 200


def run(*arguments: str) -> str:
    ended = subprocess.run(
        [sys.executable, "-m", "etl", *arguments],
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    return ended.stdout


def test_the_demo_goes_all_the_way_and_shows_the_top_ten_and_what_to_try(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shown = run("demo", "--weeks", "3")
    assert shown.count("No. 1") == 2  # the third week comes by the flow
    assert [line.split()[0] for line in shown.splitlines() if "snapshot" in line] == [
        *("published", "mirrored")
    ]
    top_ten, _, next_steps = shown.partition("Try next")
    number_one = "select song_name from movements where position = 1 order by snapshot_at desc"
    (first,), *_ = ask(Path("demo-lake/mirror.duckdb"), number_one)
    assert first in top_ten
    assert "CHARTLAKE_MIRROR=demo-lake/mirror.duckdb" in next_steps
    statuses = ask(Path("demo-lake/mirror.duckdb"), "select distinct status from movements")
    assert {"UP", "DOWN", "NEW"} <= {status for (status,) in statuses}
    assert ask(Path("demo-lake/mirror.duckdb"), "select count(*) from snapshots") == [(3,)]


def test_the_demo_leaves_a_folder_alone_that_is_not_its_own(tmp_path):
    (tmp_path / "thesis.txt").write_text("irreplaceable")
    with pytest.raises(InvalidInput, match="holds something that no demo made"):
        run_demo(2, tmp_path, Console(quiet=True))
    assert (tmp_path / "thesis.txt").read_text() == "irreplaceable"


def test_the_sandbox_alone_answers_a_program_that_is_pointed_at_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    command = [sys.executable, "-m", "etl", "sandbox", "--port", "0"]
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as sandbox:
        assert sandbox.stdout is not None
        for line in sandbox.stdout:
            name, _, value = line.strip().removeprefix("export ").partition("=")
            if line.strip().startswith("export "):
                monkeypatch.setenv(name, value)
            if "Ctrl-C ends it" in line:
                break
        landed = subprocess.run(
            [sys.executable, "-c", LAND], capture_output=True, text=True, check=True
        )
        sandbox.send_signal(signal.SIGINT)
        assert sandbox.wait(timeout=10) == 0
    assert landed.stdout == "50\n"


LAND = (
    "from etl.lake import open_lake; from etl.pipeline.extract import take_chart;"
    "from etl.settings import load_settings; settings = load_settings();"
    "print(take_chart(open_lake('lake'), settings, settings.charts[0]).entries)"
)
