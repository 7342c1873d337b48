"""What the machine may refuse: space, permission, files that are open elsewhere, calls of POSIX."""

import os
import re
import resource
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import duckdb
import pytest

from etl.lake import open_lake
from etl.lake.layout import PENDING
from tests.support.commands import heed_interrupts, run_command
from tests.support.small_lakes import chart_body, chart_name

ROOT = Path(__file__).parents[3]
ENTRIES = 200
COMMANDS = ("process", "mirror", "report", "rebuild", "status")

pytestmark = pytest.mark.slow

# Names of the module os that Windows lacks, but for those that Python's own library uses.
WITHOUT_POSIX = """
import os, sys
import concurrent.futures, selectors, shutil, socket, subprocess, tempfile
for name in ("chown", "fchmod", "fchown", "fork", "forkpty", "getegid", "geteuid", "getgid",
             "getpgid", "getuid", "killpg", "mkfifo", "nice", "pread", "pwrite", "statvfs",
             "sched_getaffinity", "setsid", "sync", "sysconf", "uname", "wait", "O_DIRECTORY",
             "O_NOFOLLOW"):
    delattr(os, name)
for name in ("fcntl", "pwd", "grp", "resource", "termios"):
    sys.modules.setdefault(name, None)
from etl.cli import main
for command in sys.argv[1:]:
    sys.argv[1:] = [command]
    try:
        main()
    except SystemExit as ended:
        if ended.code:
            raise
"""

# The file is there as soon as DuckDB works.
ENDLESS = (
    "copy (select 1) to 'begun.csv';"
    " select count(*) from range(100000000000) as a(x), range(1000000) as b(y)"
)
ENDLESS_MIRROR = f"""
import sys
import etl.mirror.refresh
from etl.cli import main
from etl.database import connect
etl.mirror.refresh.refresh = lambda *given, **named: connect().execute("{ENDLESS}")
sys.argv[1:] = ["mirror"]
main()
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder, with an apostrophe in its name, in which a chart file is pending."""
    folder = tmp_path / "it's a folder"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    Path(chart_name(0)).write_bytes(chart_body(0, ENTRIES))
    assert run_command("land", chart_name(0)) == 0
    return folder


@pytest.fixture
def mirrored(folder):
    """The same folder, and the chart file is published and mirrored."""
    assert (run_command("process"), run_command("mirror")) == (0, 0)
    return folder


def run(*arguments, max_file_size=None, program=("-m", "etl"), **environment):
    """Run a command in a process that can write no file with more bytes than `max_file_size`."""

    def limit():
        if max_file_size:
            resource.setrlimit(resource.RLIMIT_FSIZE, (max_file_size, max_file_size))

    return subprocess.run(
        [sys.executable, *program, *arguments],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=limit,
    )


def assert_plain_failure(completed, *parts):
    assert completed.returncode == 1
    assert "Traceback" not in completed.stderr and "Unexpected" not in completed.stderr
    for part in parts:
        assert part in completed.stderr


def test_without_scratch_space_everything_stays_pending(folder):
    refused = run("process", max_file_size=2000)
    assert_plain_failure(refused, "no room", "still pending", "TMPDIR")
    assert [stored.key for stored in open_lake("lake").list(PENDING)] == [PENDING + chart_name(0)]
    assert run("process").stdout == "published 1 snapshot\n"


def test_without_scratch_space_nothing_is_said_against_the_file_that_lands(folder):
    with zipfile.ZipFile("charts.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(chart_name(1), chart_body(1, ENTRIES))
    duckdb.execute(
        "copy (select day::date as date, 'US' as region, rank, 'Song' as title, 'Ann' as artist,"
        " uuid() as url from range(date '2026-01-01', date '2026-01-31', interval 1 day) as a(day),"
        " range(1, 201) as b(rank)) to 'charts.parquet'"
    )
    for name in ("charts.zip", "charts.parquet"):
        refused = run("land", name, max_file_size=2000)
        assert_plain_failure(refused, "no room for temporary files", "0 of 1 file landed")
        assert "cannot be read" not in refused.stderr
    assert [stored.key for stored in open_lake("lake").list(PENDING)] == [PENDING + chart_name(0)]


def test_without_space_for_the_mirror_the_old_one_stays(mirrored):
    Path(chart_name(1)).write_bytes(chart_body(1, ENTRIES))
    run_command("land", chart_name(1)), run_command("process")
    before = Path("mirror.duckdb").read_bytes()
    assert_plain_failure(run("mirror", max_file_size=10_000), "cannot be written", "not changed")
    assert Path("mirror.duckdb").read_bytes() == before
    assert not list(Path().glob(".*draft*"))
    assert "2 snapshots" in run("mirror").stdout


def test_a_mirror_below_a_file_is_an_error(folder):
    refused = run("mirror", CHARTLAKE_MIRROR=f"{chart_name(0)}/mirror.duckdb")
    assert_plain_failure(refused, "cannot be written", "CHARTLAKE_MIRROR")


def test_the_status_shows_the_lake_while_the_mirror_is_open_elsewhere(mirrored):
    with duckdb.connect("mirror.duckdb"):
        status = run("status")
        assert (status.returncode, "published 1" in status.stdout) == (0, True)
        assert "close that program" in status.stderr
        for command in (("mirror",), ("query", "select 1"), ("report",)):
            assert_plain_failure(run(*command), "mirror.duckdb")


def test_all_commands_work_in_a_folder_with_an_apostrophe(folder, capsys):
    for command in COMMANDS:
        assert (run_command(command), capsys.readouterr().err) == (0, "")
    assert run_command("query", "--format", "csv", "select count(*) as n from songs") == 0
    assert capsys.readouterr().out == "n\n200\n"


def test_what_cannot_be_written_is_named_and_not_its_draft(mirrored):
    Path(".mirror.duckdb.lock").unlink(missing_ok=True)
    Path(".mirror.duckdb.lock").mkdir()
    assert_plain_failure(
        run("mirror"), "The mirror mirror.duckdb cannot be written: Is a directory"
    )
    refused = run("report", "--out", "/proc/report.html")
    assert_plain_failure(refused, "No such file or directory: /proc\n")


def test_the_words_of_duckdb_about_a_damaged_mirror_end_like_a_sentence(mirrored):
    whole = Path("mirror.duckdb").read_bytes()
    Path("mirror.duckdb").write_bytes(whole[: len(whole) // 2])
    refused = run("query", "from songs")
    assert_plain_failure(refused, "cannot be read as a mirror: ")
    assert re.search(r"as a mirror: .*[^.]\. The file was not changed\.", refused.stderr)


@pytest.mark.parametrize("program", [("-m", "etl", "query", ENDLESS), ("-c", ENDLESS_MIRROR)])
def test_ctrl_c_ends_a_command_while_duckdb_works(mirrored, program):
    with subprocess.Popen(
        [sys.executable, *program],
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=heed_interrupts,
    ) as command:
        while not Path("begun.csv").exists() and command.poll() is None:
            time.sleep(0.1)
        time.sleep(1)
        command.send_signal(signal.SIGINT)
        _, errors = command.communicate(timeout=60)
    assert (command.returncode, errors) == (130, "")


def test_the_commands_use_no_calls_that_windows_lacks(folder):
    completed = run(*COMMANDS, program=("-c", WITHOUT_POSIX))
    assert (completed.returncode, completed.stderr) == (0, "")
