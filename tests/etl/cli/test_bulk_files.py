"""What `land` takes of zips, packed files and Parquet, given themselves or in a folder."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from pathlib import Path

import duckdb
import pytest

from tests.support.bulk_tables import lines, row
from tests.support.small_lakes import chart_body, chart_name

TABLE = lines(row(rank=1), row(rank=2))
LANDED = "landed {}: 2 rows of 1 chart as 1 raw file"
PENDING = Path("lake/raw_data/to_be_processed")


def zipped(members: dict[str, bytes | str]) -> bytes:
    """A zip with these files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return packed.getvalue()


def parquet(folder: Path, select: str) -> bytes:
    """A Parquet file with what the query selects."""
    path = folder / "written.parquet"
    duckdb.execute(f"copy ({select}) to '{path}' (format parquet)")
    body = path.read_bytes()
    path.unlink()
    return body


def pending() -> set[str]:
    """The names of the pending files."""
    return {path.name for path in PENDING.glob("*")} if PENDING.exists() else set()


CHARTS_IN_PARQUET = """
    select
        timestamp '2026-01-02' as snapshot_date,
        'US' as country,
        1::tinyint as daily_rank,
        'spotify:track:a' as uri,
        ['Ann', 'Bob'] as artists,
        'Song' as name
"""


def test_everything_in_a_zip_lands_or_is_named(land, tmp_path):
    members: dict[str, bytes | str] = {
        "data/a.csv": TABLE,
        "../../../slipped-out/a.csv": lines(row(market="de")),
        "C:\\data\\packed.csv.gz": gzip.compress(lines(row(market="fr")).encode()),
        "b.parquet": parquet(tmp_path, CHARTS_IN_PARQUET),
        f"charts/{chart_name(0)}": chart_body(0),
        "README.md": "# Charts",
        "more.zip": zipped({}),
        "__MACOSX/._a.csv": "?",
        ".hidden": "?",
    }
    status, output, errors = land({"d.zip": zipped(members)}, "d.zip")
    assert (status, errors) == (0, "")
    assert output == [
        LANDED.format("a.csv"),
        "landed a.csv: 1 row of 1 chart as 1 raw file",
        "landed packed.csv.gz: 1 row of 1 chart as 1 raw file",
        "landed b.parquet: 1 row of 1 chart as 1 raw file",
        f"landed {chart_name(0)}",
        "left d.zip/README.md: not a chart file or JSON",
        "left d.zip/more.zip: a zip in a zip",
    ]
    assert pending() == {
        "regional-us-weekly-2026-01.csv",
        "regional-de-weekly-2026-01.csv",
        "regional-fr-weekly-2026-01.csv",
        "regional-us-daily-2026-01.csv",
        chart_name(0),
    }
    assert not list(tmp_path.parent.rglob("slipped-out"))


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (zipped({"a.csv": TABLE})[:-40], "d.zip cannot be read to its end"),
        (zipped({}), "Nothing in d.zip can be landed."),
        (zipped({"README.md": "# Charts"}), "Nothing in d.zip can be landed."),
    ],
    ids=["truncated", "empty", "of other files"],
)
def test_a_zip_of_which_nothing_lands_is_a_failure(land, body, sentence):
    status, _, errors = land({"d.zip": body}, "d.zip")
    assert (status, pending()) == (1, set())
    assert sentence in errors


def test_a_damaged_file_in_a_zip_does_not_stop_the_others(land):
    body = zipped({"a.csv": lines(*(row(rank=rank) for rank in range(1, 900))), "b.csv": TABLE})
    broken = bytearray(body)
    broken[400:420] = bytes(20)
    status, output, errors = land({"d.zip": bytes(broken)}, "d.zip")
    assert (status, output) == (1, [LANDED.format("b.csv")])
    assert errors.startswith("d.zip/a.csv cannot be read to its end")


def test_a_damaged_chart_file_in_a_zip_does_not_stop_the_others(land):
    body = bytearray(
        zipped({**{chart_name(week): chart_body(week) for week in range(3)}, "a.parquet": "PAR1"})
    )
    body[body.index(b"PK\x01\x02") + 16] ^= 0x60  # the checksum
    status, output, errors = land({"d.zip": bytes(body)}, "d.zip")
    assert (status, pending()) == (1, {chart_name(1), chart_name(2)})
    assert output[:2] == [f"landed {chart_name(1)}", f"landed {chart_name(2)}"]
    assert errors.startswith(f"d.zip/{chart_name(0)} cannot be read to its end")
    assert "Nothing of it was landed.\nd.zip/a.parquet" in errors


@pytest.mark.parametrize(
    ("byte", "bits", "why"),
    [
        (8, 0x01, "it has a password"),
        (10, 0x60, "it is packed in a way that Python cannot unpack; pack it with Deflate"),
        (8, 0x20, "it is packed in a way that Python cannot unpack; pack it with Deflate"),
    ],
    ids=["a password", "an unknown method", "a patch"],
)
def test_a_file_that_cannot_be_unpacked_is_left(land, byte, bits, why):
    body = bytearray(zipped({"a.csv": TABLE}))
    body[body.index(b"PK\x01\x02") + byte] ^= bits
    assert land({"d.zip": bytes(body)}, "d.zip")[:2] == (1, [f"left d.zip/a.csv: {why}"])
    body = bytearray(zipped({"a.csv": TABLE, chart_name(0): chart_body(0)}))
    body[body.index(b"PK\x01\x02") + byte] ^= bits
    found = land({"d.zip": bytes(body)}, "d.zip")
    assert found == (0, [f"left d.zip/a.csv: {why}", f"landed {chart_name(0)}"], "")


@pytest.mark.parametrize(
    "artists", ["['Ann', 'Bob']", "[{'name': 'Ann', 'id': 1}, {'name': 'Bob', 'id': 2}]"]
)
def test_parquet_may_have_lists_and_times(land, tmp_path, artists):
    select = CHARTS_IN_PARQUET.replace("['Ann', 'Bob']", artists) + ", {'a': 1} as without_text"
    land({"t.parquet": parquet(tmp_path, select)}, "t.parquet")
    assert (PENDING / "regional-us-daily-2026-01.csv").read_text().splitlines() == [
        "snapshot_date,country,daily_rank,uri,artists,name",
        "2026-01-02 00:00:00,US,1,spotify:track:a,Ann|Bob,Song",
    ]


def test_line_breaks_in_parquet_become_spaces(land, tmp_path):
    select = CHARTS_IN_PARQUET.replace("'Song'", "'So' || chr(13) || chr(10) || 'ng'")
    land({"t.parquet": parquet(tmp_path, select)}, "t.parquet")
    (_, row) = (PENDING / "regional-us-daily-2026-01.csv").read_text().splitlines()
    assert row.endswith("Ann|Bob,So ng")


def test_parquet_that_is_no_table_is_left_with_the_reason(land, tmp_path):
    body = parquet(tmp_path, "select 'US' as country, 1 as rank, 'Song' as title")
    status, output, errors = land({"t.parquet": body}, "t.parquet")
    assert (status, pending()) == (1, set())
    (line,) = output
    assert line.startswith("left t.parquet: not a table of charts: it has no column for address")
    assert errors == "Nothing in t.parquet can be landed.\n"


def test_tables_in_a_folder_land_as_when_they_are_given(land, tmp_path):
    files = {
        "all/a.zip": zipped({"a.csv": TABLE, "README.md": "# Charts"}),
        "all/b.csv.gz": gzip.compress(lines(row(market="de", rank=3)).encode()),
        "all/c.parquet": parquet(tmp_path, CHARTS_IN_PARQUET),
        "all/d.parquet": parquet(tmp_path, "select 1 as a"),
        f"all/{chart_name(0)}": chart_body(0),
    }
    status, output, errors = land(files, "all")
    assert (status, errors) == (0, "")
    assert output[:4] == [
        LANDED.format("a.csv"),
        "left a.zip/README.md: not a chart file or JSON",
        "landed b.csv.gz: 1 row of 1 chart as 1 raw file",
        "landed c.parquet: 1 row of 1 chart as 1 raw file",
    ]
    assert output[4].startswith("left all/d.parquet: not a table of charts")
    assert output[5:] == [f"landed {chart_name(0)}"]


def test_a_table_without_rows_is_a_failure(land):
    assert land({"t.csv": lines().encode()}, "t.csv") == (1, [], "t.csv: it has no rows\n")


def test_a_large_file_that_is_no_table_is_not_copied_to_the_lake(land, monkeypatch):
    monkeypatch.setattr("etl.pipeline.unpack.MOST_BYTES", 100)
    files = {"t.csv": TABLE.replace(",", " ").encode()}
    status, (line,), _ = land(files, "t.csv")
    assert (status, pending()) == (1, set())
    assert line.startswith("left t.csv: not a table of charts")
    assert "no line at its beginning names such columns" in line


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
@pytest.mark.parametrize("name", ["t.csv", "folder/t.tsv", "t.csv.gz", "t.zip"])
def test_a_table_with_another_delimiter_lands_as_it_is(land, delimiter, name):
    text = TABLE.replace(",", delimiter)
    packed = {"t.csv.gz": gzip.compress(text.encode()), "t.zip": zipped({"t.tsv": text})}
    assert land({name: packed.get(name, text.encode())}, name.partition("/")[0])[0] == 0
    (raw_file,) = pending()
    assert (PENDING / raw_file).read_text() == text


@pytest.mark.parametrize("name", ["artist-kr-weekly/2026-01-01.json", "table.zip"])
def test_a_table_that_names_no_chart_lands_under_that_of_its_folder(land, name):
    records = json.dumps([{"week": "2026-01-01", "rank": 1, "artist": "Ann", "peak": "1"}])
    packed = zipped({"artist-kr-weekly/table.csv": "week,rank,artist\n2026-01-01,1,Ann\n"})
    body = packed if name == "table.zip" else records.encode()
    assert land({name: body}, name.partition("/")[0])[0] == 0
    assert pending() == {"artist-kr-weekly-2026-01.csv"}


def test_a_table_that_names_its_charts_does_not_land_under_that_of_its_folder(land):
    name = "regional-kr-weekly/t.csv"
    assert land({name: TABLE.encode()}, name)[0] == 0
    assert pending() == {"regional-us-weekly-2026-01.csv"}
