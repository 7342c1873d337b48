"""Records in JSON as a table."""

from __future__ import annotations

from etl.sources.bulk.records import table_of_records


def test_line_breaks_in_records_become_spaces(tmp_path):
    path = tmp_path / "records.json"
    path.write_text(r'[{"title": "So\nng", "artists": ["Ann\r\nAy", "Bob"]}]')
    assert table_of_records(path) == "title,artists\nSo ng,Ann Ay|Bob\n"
