"""Lists of records in JSON, which `land` takes as tables."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from etl.cli import app

PENDING = Path("lake/raw_data/to_be_processed")
RECORDS = """[
    {"week": "2026-01-01", "rank": 0, "artist": "Ann", "peak": "1", "previous": "—"},
    {"week": "2026-01-01", "rank": 1, "artist": "Bob", "peak": "1", "previous": "1"}
]"""


def test_a_list_of_records_lands_as_a_table_and_counts_from_1(land):
    files = {"2026-01-01.json": RECORDS.encode()}
    status, output, _ = land(files, "2026-01-01.json", "--chart", "artist-global-weekly")
    assert (status, output) == (0, ["landed 2026-01-01.json: 2 rows of 1 chart as 1 raw file"])
    assert (PENDING / "artist-global-weekly-2026-01.csv").read_text().splitlines() == [
        "week,rank,artist,peak,previous",
        "2026-01-01,1,Ann,1,—",
        "2026-01-01,2,Bob,1,1",
    ]
    assert CliRunner().invoke(app, ["process"]).stdout == "published 1 snapshot\n"


def test_a_list_of_records_without_a_chart_is_quarantined_as_what_it_is(land):
    land({"2026-01-01.json": RECORDS.encode()}, "2026-01-01.json")
    errors = CliRunner().invoke(app, ["process"]).stderr
    assert "it is a table, with week, rank, artist, peak, previous; chartlake land takes" in errors
    assert "in at most 16 MiB; save more as CSV" in errors


def test_a_record_a_line_is_a_table_too(land):
    record = {"date": "2026-01-01", "market": "us", "name": "Song", "artists": ["Ann", "Bob"]}
    records = [json.dumps(record | {"uri": None, "rank": rank}) for rank in (1, 2)]
    files = {"t.ndjson": "\n".join([*records, ""]).encode()}
    assert land(files, "t.ndjson")[1] == ["landed t.ndjson: 2 rows of 1 chart as 1 raw file"]
    rows = (PENDING / "regional-us-weekly-2026-01.csv").read_text().splitlines()
    assert rows[1] == "2026-01-01,us,Song,Ann|Bob,,1"
