"""Lakes that a version of chartlake wrote whose tables had fewer columns."""

import hashlib
import json
from pathlib import PurePath

import duckdb
import pytest

from etl.lake.layout import MANIFESTS
from etl.mirror.refresh import refresh
from etl.pipeline.process import process_pending
from etl.pipeline.rebuild import rebuild
from etl.pipeline.verify import verify
from tests.support.places import IN_A_DIRECTORY
from tests.support.small_lakes import derived_objects, history, put_pending, table_rows

YOUNGER = {
    "songs": (),
    "artists": ("position", "reported_peak", "reported_previous", "reported_periods"),
    "albums": (
        *("position", "artist_credit", "label"),
        *("reported_peak", "reported_previous", "reported_periods"),
    ),
}
PARQUET = "format parquet, compression zstd"
CSV = "format csv, header true, force_quote *"


def make_older(lake, folder):
    """Take the columns that came later out of the table files, and list the files as they are."""
    for stored in list(lake.list(MANIFESTS)):
        manifest = json.loads(lake.read(stored.key).body)
        for table, file in manifest["files"].items():
            body = older(folder, lake.read(file["key"]).body, file["key"], YOUNGER[table])
            lake.write(file["key"], body)
            file |= {"size": len(body), "sha256": hashlib.sha256(body).hexdigest()}
        lake.write(stored.key, json.dumps(manifest).encode())


def older(folder, body, key, columns):
    if not columns:
        return body
    suffix = PurePath(key).suffix
    before, after = folder / f"before{suffix}", folder / f"after{suffix}"
    before.write_bytes(body)
    read = "read_parquet(?)" if suffix == ".parquet" else "read_csv(?, all_varchar = true)"
    excluded = ", ".join(f'"{column}"' for column in columns)
    options = PARQUET if suffix == ".parquet" else CSV
    with duckdb.connect() as connection:
        connection.execute(
            f"copy (select * exclude ({excluded}) from {read}) to '{after}' ({options})",
            [str(before)],
        )
    return after.read_bytes()


def processed(lake, file_format, files, folder=None):
    put_pending(lake, files)
    process_pending(lake, file_format)
    if folder:
        make_older(lake, folder)


@IN_A_DIRECTORY
@pytest.mark.parametrize("file_format", ["parquet", "csv"])
def test_a_mirror_of_an_older_lake_has_the_same_rows(lake, tmp_path, file_format):
    processed(lake, file_format, history(3))
    refresh(lake, tmp_path / "present.duckdb")
    make_older(lake, tmp_path)
    refresh(lake, tmp_path / "older.duckdb")
    assert table_rows(tmp_path / "older.duckdb") == table_rows(tmp_path / "present.duckdb")
    assert verify(lake, tmp_path / "older.duckdb", sleep=lambda _: None).agrees


@IN_A_DIRECTORY
@pytest.mark.parametrize("file_format", ["parquet", "csv"])
def test_new_snapshots_join_those_of_an_older_lake(lake, tmp_path, file_format):
    files = history(5)
    names = sorted(files)
    processed(lake, file_format, {name: files[name] for name in names[::2]}, tmp_path)
    processed(lake, file_format, {name: files[name] for name in names[1::2]})
    joined = derived_objects(lake)
    refresh(lake, tmp_path / "joined.duckdb")  # some partitions are still those of before
    rebuild(lake, file_format)
    refresh(lake, tmp_path / "rebuilt.duckdb")
    assert table_rows(tmp_path / "joined.duckdb") == table_rows(tmp_path / "rebuilt.duckdb")
    rebuilt = derived_objects(lake)
    assert joined.keys() == rebuilt.keys()
