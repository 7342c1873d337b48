"""The owners of labels in the mirror are those that were listed at the latest refresh."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from etl.lake import open_lake
from etl.mirror.labels import listed_owners
from etl.mirror.refresh import refresh
from etl.pipeline.process import process_pending
from tests.support import made_up
from tests.support.commands import run_command
from tests.support.small_lakes import chart_body, chart_name, put_pending, query_rows

LABELS = "select label, owner from label_owners order by label"
SHARES = Path(__file__).parents[3] / "sql/reports/owner_shares.sql"


@pytest.fixture
def lake(tmp_path):
    """A lake with a chart of two songs, one on a label that is known, one on another."""
    lake = open_lake(str(tmp_path / "lake"))
    rows = [made_up.chart_row(1, 1, source="Columbia"), made_up.chart_row(2, 2, source="Her Own")]
    put_pending(lake, {chart_name(0): made_up.chart_file(rows)})
    process_pending(lake, "parquet")
    return lake


@pytest.fixture
def mirror(tmp_path):
    return tmp_path / "mirror.duckdb"


@pytest.fixture
def own(tmp_path):
    """Writes a list of one's own; returns its path."""

    def write(text):
        path = tmp_path / "owners.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_any_program_that_opens_the_mirror_sees_the_owners(lake, mirror):
    refresh(lake, mirror)
    assert query_rows(mirror, LABELS) == [("Columbia", "Sony Music")]
    program = (
        "import duckdb; connection = duckdb.connect(r'{}', read_only=True);"
        "print([row[2] for row in connection.execute(open(r'{}').read()).fetchall()])"
    )
    command = [sys.executable, "-c", program.format(mirror, SHARES)]
    completed = subprocess.run(command, capture_output=True, text=True, check=True)
    assert completed.stdout == "['Sony Music', 'unknown']\n"


def test_a_change_of_the_list_reaches_the_mirror_with_the_next_refresh(lake, mirror, own):
    refresh(lake, mirror, owners=listed_owners())
    mine = own("label,owner\nHer Own,Herself\n")
    assert refresh(lake, mirror, owners=listed_owners(mine)).partitions == 0
    assert query_rows(mirror, LABELS) == [("Columbia", "Sony Music"), ("Her Own", "Herself")]
    mine = own("label,owner\nHer Own,Somebody\nCOLUMBIA,Somebody\n")
    refresh(lake, mirror, owners=listed_owners(mine))
    assert query_rows(mirror, LABELS) == [("Columbia", "Somebody"), ("Her Own", "Somebody")]
    refresh(lake, mirror, owners=listed_owners())
    assert query_rows(mirror, LABELS) == [("Columbia", "Sony Music")]


def test_a_refresh_that_is_not_told_of_owners_keeps_them(lake, mirror, own):
    refresh(lake, mirror, owners=listed_owners(own("label,owner\nHer Own,Herself\n")))
    put_pending(lake, {chart_name(1): chart_body(1)})
    process_pending(lake, "parquet")
    assert refresh(lake, mirror).partitions == 1
    assert ("Her Own", "Herself") in query_rows(mirror, LABELS)


def test_a_refresh_with_the_same_list_leaves_the_file_alone(lake, mirror, own):
    mine = own("label,owner\nHer Own,Herself\n")
    refresh(lake, mirror, owners=listed_owners(mine))
    before = mirror.stat()
    refresh(lake, mirror, owners=listed_owners(mine))
    assert (mirror.stat().st_ino, mirror.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_the_commands_take_in_and_show_the_owners(lake, mirror, own, monkeypatch, capsys):
    monkeypatch.setenv("CHARTLAKE_LAKE", lake.location)
    monkeypatch.setenv("CHARTLAKE_MIRROR", str(mirror))
    monkeypatch.setenv("CHARTLAKE_LABEL_OWNERS", str(own("label,owner\nHer Own,Herself\n")))
    assert run_command("mirror") == 0
    capsys.readouterr()
    assert run_command("query", "select count(*) as labels from label_owners") == 0
    assert "2" in capsys.readouterr().out
    assert run_command("query", str(SHARES), "--format", "csv") == 0
    assert "Herself" in capsys.readouterr().out
    assert run_command("ask", "owner-shares", "--format", "csv") == 0
    assert "Herself" in capsys.readouterr().out


def test_a_list_that_cannot_be_read_leaves_the_mirror_as_it_is(
    lake, mirror, own, monkeypatch, capsys
):
    refresh(lake, mirror)
    before = mirror.read_bytes()
    monkeypatch.setenv("CHARTLAKE_LAKE", lake.location)
    monkeypatch.setenv("CHARTLAKE_MIRROR", str(mirror))
    monkeypatch.setenv("CHARTLAKE_LABEL_OWNERS", str(own("name,company\n")))
    assert run_command("mirror") == 1
    assert "owners.csv has no columns label and owner." in capsys.readouterr().err
    assert mirror.read_bytes() == before
