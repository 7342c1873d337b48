"""Connections to DuckDB."""

from __future__ import annotations

import subprocess
import sys
from datetime import date

import pytest

from etl import database
from etl.database import connect, insert_rows, rows

SHOWN = """
from etl.database import connect
with connect() as connection:
    print(*connection.execute("select current_setting('enable_progress_bar')").fetchone())
"""


def test_no_progress_is_printed_by_a_process_without_a_script():
    # Where there is a script, DuckDB prints none anyway.
    shown = subprocess.run([sys.executable, "-c", SHOWN], stdout=subprocess.PIPE, check=True)
    assert shown.stdout.split() == [b"False"]


@pytest.mark.parametrize("count", [0, 1, 3, 4, 7])
def test_rows_are_inserted_a_few_at_a_time_and_in_order(monkeypatch, count):
    monkeypatch.setattr(database, "ROWS_AT_ONCE", 3)
    new = [{"day": date(2026, 1, 1 + number), "number": number} for number in range(count)]
    with connect() as connection:
        connection.execute("create table found (number integer, day date)")
        insert_rows(connection, "found", new)
        assert rows(connection, "from found") == [
            {"number": row["number"], "day": row["day"]} for row in new
        ]
