from __future__ import annotations

import subprocess
import sys

import pytest

from etl.database import connect
from etl.errors import MirrorError
from etl.mirror.swap import replace_database
from tests.support.small_lakes import query_rows

WRITER = """
import duckdb, sys
with duckdb.connect(sys.argv[1]):
    print("open", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def replaced(tmp_path):
    """Replaces a database by one with a number; returns its path."""
    path, draft = tmp_path / "mirror.duckdb", tmp_path / "draft.duckdb"

    def run(number):
        with connect(draft) as connection:
            connection.execute(f"create table numbers as select {number} as number")
        replace_database(path, draft)
        return path

    return run


def test_a_database_that_another_program_writes_is_not_replaced(replaced):
    # DuckDB gives the first file to all that connect in this process.
    with connect(replaced(1), read_only=True):
        path = replaced(2)
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as writer:
            assert writer.stdout and writer.stdout.readline() == "open\n"
            with pytest.raises(MirrorError, match="open for writing in another program"):
                replaced(3)
            writer.communicate("\n")
    assert query_rows(path, "from numbers") == [(2,)]


def test_a_database_is_replaced_while_this_process_reads_it(replaced):
    with connect(replaced(1), read_only=True) as reader:
        path = replaced(2)
        assert reader.execute("from numbers").fetchall() == [(1,)]
    assert query_rows(path, "from numbers") == [(2,)]
