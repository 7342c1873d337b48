"""Connections to DuckDB."""

from __future__ import annotations

import subprocess
import sys

SHOWN = """
from etl.database import connect
with connect() as connection:
    print(*connection.execute("select current_setting('enable_progress_bar')").fetchone())
"""


def test_no_progress_is_printed_by_a_process_without_a_script():
    # Where there is a script, DuckDB prints none anyway.
    shown = subprocess.run([sys.executable, "-c", SHOWN], stdout=subprocess.PIPE, check=True)
    assert shown.stdout.split() == [b"False"]
