"""What the commands say of a mirror that another version of chartlake wrote."""

from __future__ import annotations

import duckdb
import pytest

from etl.lake import open_lake
from etl.mirror.charts import names_in_mirror
from etl.mirror.reader import recent_gaps
from etl.mirror.refresh import refresh
from etl.pipeline.process import process_pending
from tests.support.commands import run_command
from tests.support.small_lakes import chart_body, chart_name, put_pending

OLDER_FORMAT = (
    "update mirror_properties set format_version = 1",
    "drop table charts",
    "drop view weighted_entries",
    "drop view gaps",
)
OTHER_VIEWS = ("update mirror_properties set views_digest = 'other'", "drop view weighted_entries")
OTHER_VERSIONS = pytest.mark.parametrize("change", [OLDER_FORMAT, OTHER_VIEWS])


@pytest.fixture
def mirror(tmp_path, monkeypatch):
    """The mirror of a lake with one snapshot."""
    path = tmp_path / "mirror.duckdb"
    monkeypatch.setenv("CHARTLAKE_LAKE", str(tmp_path / "lake"))
    monkeypatch.setenv("CHARTLAKE_MIRROR", str(path))
    monkeypatch.chdir(tmp_path)
    lake = open_lake(str(tmp_path / "lake"))
    put_pending(lake, {chart_name(0): chart_body(0)})
    process_pending(lake, "parquet")
    refresh(lake, path)
    return path


def change_mirror(mirror, statements):
    with duckdb.connect(str(mirror)) as connection:
        for statement in statements:
            connection.execute(statement)


@OTHER_VERSIONS
def test_what_reads_an_older_mirror_says_to_refresh_it(mirror, change, capsys):
    change_mirror(mirror, change)
    before = mirror.read_bytes()
    for command in (["report"], ["ask", "this-week"], ["query", "from weighted_entries"]):
        assert run_command(*command) == 1
        (sentences,) = capsys.readouterr().err.splitlines()
        assert "Another version of chartlake wrote the mirror" in sentences
        assert "Run `chartlake mirror`" in sentences
    assert mirror.read_bytes() == before
    assert run_command("mirror") == 0
    assert run_command("query", "from weighted_entries") == 0


@OTHER_VERSIONS
def test_the_state_of_an_older_mirror_is_shown_with_what_to_run(mirror, change, capsys):
    change_mirror(mirror, change)
    assert run_command("status") == 0
    shown = capsys.readouterr()
    assert "mirror holds 1, 0 behind" in shown.out
    assert "Another version of chartlake wrote the mirror" in shown.err
    assert run_command("verify") == 0
    assert "another version of chartlake wrote it" in capsys.readouterr().out
    run_command("doctor")
    assert "is of another version of chartlake" in capsys.readouterr().out.replace("\n", " ")


@OTHER_VERSIONS
def test_flows_take_an_older_mirror_for_none_until_they_refresh_it(mirror, change):
    change_mirror(mirror, change)
    assert recent_gaps(mirror) == {}
    assert names_in_mirror(mirror) == {}


def test_a_newer_mirror_is_refused_by_all_that_read_it(mirror, capsys):
    change_mirror(mirror, ["update mirror_properties set format_version = 99"])
    for command in (["report"], ["ask", "this-week"], ["query", "from songs"], ["mirror"]):
        assert run_command(*command) == 1
        assert "from a newer version of chartlake" in capsys.readouterr().err
    assert run_command("status") == 0
    assert "from a newer version of chartlake" in capsys.readouterr().err
    for reading in ("verify", "doctor"):
        assert run_command(reading) == 1
        assert "from a newer version of chartlake" in capsys.readouterr().out.replace("\n", " ")
