"""Bulk tables, landed as a raw file for each chart and month."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from pathlib import Path

import duckdb
import pytest

from etl.errors import InvalidInput, LakeError
from etl.files import scratch_folder
from etl.lake import open_lake
from etl.mirror.refresh import refresh
from etl.pipeline.process import process_pending
from etl.pipeline.unpack import contents
from tests.support.bulk_tables import (
    DAYS,
    LARGE_SHAPE,
    MARKETS,
    SHAPES,
    land,
    land_text,
    lines,
    pending,
    row,
    table,
)
from tests.support.small_lakes import archived_names, lake_contents, query_rows


@pytest.fixture
def lake(tmp_path):
    return open_lake(str(tmp_path / "lake"))


@pytest.fixture
def landed(lake, tmp_path):
    """Lands a table that is given as text; returns what became of it."""
    return lambda text, name="table-daily.csv": land_text(lake, tmp_path / name, text)


@pytest.mark.parametrize("shape", SHAPES)
def test_each_shape_becomes_the_same_songs(lake, landed, tmp_path, shape):
    assert landed(table(shape), "table.csv").rows == 18
    assert set(pending(lake)) == {
        f"regional-{market}-daily-2026-{month}.csv" for market in MARKETS for month in ("01", "02")
    }
    assert process_pending(lake, "parquet").published == 9
    refresh(lake, tmp_path / "mirror.duckdb")
    songs = "select chart_id, snapshot_date::varchar, position, song_id, artist_credit, streams"
    assert query_rows(tmp_path / "mirror.duckdb", f"{songs} from songs order by all") == [
        (f"regional-{market}-daily", day, rank, f"song{rank}", "A, B", 100 - rank)
        for market in sorted(MARKETS)
        for day in DAYS
        for rank in (1, 2)
    ]


def test_rows_and_header_are_landed_word_for_word(lake, landed):
    text = lines('2026-01-02,us,1,spotify:track:a,"A ""x"", B",  Tïtle ,5', row(rank=2))
    landed(text)
    assert pending(lake) == {"regional-us-daily-2026-01.csv": text}


def test_a_table_that_lands_twice_lands_once(lake, landed):
    landed(table(LARGE_SHAPE))
    before = lake_contents(lake)
    landed(table(LARGE_SHAPE))
    assert lake_contents(lake) == before
    process_pending(lake, "parquet")
    before = lake_contents(lake)
    landed(table(LARGE_SHAPE))
    process_pending(lake, "parquet")
    assert lake_contents(lake) == before


def test_a_table_with_more_days_keeps_what_another_has_landed(lake, landed):
    landed(lines(row("2026-01-01"), row("2026-01-02")))
    process_pending(lake, "parquet")
    landed(lines(row("2026-01-02"), row("2026-01-03")))
    assert process_pending(lake, "parquet").published >= 1
    name = "regional-us-daily-2026-01"
    assert archived_names(lake) == {f"{name}.csv", f"{name} (1).csv"}


def test_an_interrupted_landing_goes_on_where_it_was(lake, landed, tmp_path, monkeypatch):
    landed(table(LARGE_SHAPE))
    whole = lake_contents(lake)
    other = open_lake(str(tmp_path / "other"))
    write, calls = other.write, []

    def dying(key, body, **options):
        calls.append(key)
        if len(calls) > 3:
            raise LakeError("the disk is full")
        return write(key, body, **options)

    with monkeypatch.context() as patch:
        patch.setattr(type(other), "write", lambda self, *given, **more: dying(*given, **more))
        with pytest.raises(LakeError):
            land(other, tmp_path / "table-daily.csv")
    land(other, tmp_path / "table-daily.csv")
    assert lake_contents(other) == whole


def test_lines_that_are_quoted_as_a_whole_are_read_without_the_quotes(lake, landed):
    text = lines(row(), '2026-01-01,us,2,spotify:track:b,"A, B",Song,5')
    wrapped = io.StringIO()
    csv.writer(wrapped, quoting=csv.QUOTE_ALL).writerows([line] for line in text.splitlines())
    landed(wrapped.getvalue())
    assert pending(lake) == {"regional-us-daily-2026-01.csv": text}


def test_some_lines_alone_may_be_quoted_as_a_whole(lake, landed):
    text = lines(row(), '2026-01-01,us,2,spotify:track:b,"A, ""B""",Song,5')
    header, first, second = text.splitlines()
    quoted = '"' + second.replace('"', '""') + '"'
    assert landed(f"{header}\n{first}\n{quoted}\n").rows == 2
    assert pending(lake) == {"regional-us-daily-2026-01.csv": text}


def test_packed_tables_and_parquet_give_the_same_rows(lake, tmp_path):
    text = table(LARGE_SHAPE)
    (tmp_path / "plain.csv").write_text(text)
    (tmp_path / "packed.csv.gz").write_bytes(gzip.compress(text.encode()))
    with zipfile.ZipFile(tmp_path / "packed.zip", "w") as archive:
        archive.writestr("../../outside/table.csv", text)
        archive.writestr("README.md", "# Charts")
    duckdb.execute(
        f"copy (from read_csv('{tmp_path / 'plain.csv'}'))"
        f" to '{tmp_path / 'table.parquet'}' (format parquet)"
    )
    for name in ("plain.csv", "packed.csv.gz", "packed.zip", "table.parquet"):
        (landed_table,) = land(lake, tmp_path / name)
        assert landed_table.rows == 18, name
    assert len(pending(lake)) == 6
    assert not (tmp_path.parent / "outside").exists()


def test_a_truncated_table_lands_nothing(lake, tmp_path):
    rows = [row(song=str(number), rank=number) for number in range(1, 3000)]
    body = gzip.compress(lines(*rows).encode())
    (tmp_path / "daily.csv.gz").write_bytes(body[:-2000])
    with pytest.raises(InvalidInput, match="cannot be read to its end"):
        land(lake, tmp_path / "daily.csv.gz")
    assert not pending(lake)


def test_a_chart_file_is_no_table(tmp_path):
    (tmp_path / "file.csv").write_text("rank,uri,artist_names,track_name,streams,End Date\n")
    with scratch_folder() as folder:
        assert list(contents(tmp_path / "file.csv", Path(folder))) == [tmp_path / "file.csv"]
