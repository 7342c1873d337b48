"""Queries: SQL as an argument, in a file, or from stdin."""

from __future__ import annotations

import io

import pytest

from etl.database import connect
from etl.mirror.schema import create_mirror
from tests.support.commands import run_command


@pytest.fixture
def chartlake(tmp_path, monkeypatch, capsys):
    """Runs the command on an empty mirror; returns its exit status, stdout and stderr."""
    mirror = tmp_path / "mirror.duckdb"
    with connect(mirror) as connection:
        create_mirror(connection)
    monkeypatch.setenv("CHARTLAKE_MIRROR", str(mirror))

    def run(*arguments):
        status = run_command(*arguments)
        return status, *capsys.readouterr()

    return run


def test_a_query_may_begin_with_a_comment(chartlake):
    sql = "-- How many?\nselect 1 as one"
    assert chartlake("query", sql, "--format", "csv") == (0, "one\n1\n", "")
    assert chartlake("query", "--format", "csv", "--", sql) == (0, "one\n1\n", "")
    assert chartlake("query", "--no-such-option")[0] == 2


def test_a_query_may_be_a_file_or_come_from_stdin(chartlake, tmp_path, monkeypatch):
    file = tmp_path / "question.sql"
    file.write_text("\ufeff-- From a file.\nselect 2 as two", encoding="utf-8")
    assert chartlake("query", str(file), "--format", "csv") == (0, "two\n2\n", "")
    monkeypatch.setattr("sys.stdin", io.StringIO("select 3 as three"))
    assert chartlake("query", "-", "--format", "csv") == (0, "three\n3\n", "")
    status, _, message = chartlake("query", str(tmp_path / "missing.sql"))
    assert status == 1 and "missing.sql cannot be read" in message


@pytest.mark.parametrize("text", ["", "-- nothing but a comment", ";"])
def test_a_text_without_a_query_is_refused_in_a_sentence(chartlake, text):
    status, output, errors = chartlake("query", text)
    assert (status, output) == (1, "")
    assert errors == "There is no query in the text, or nothing but comments.\n"
