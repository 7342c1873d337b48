"""The export of the history: what the mirror has, in files that follow what changes."""

from __future__ import annotations

import json

import pytest

from etl.database import connect
from etl.engines.export import export, read_index
from etl.errors import DamagedObject, QueryError, WriteConflict
from etl.lake.layout import HISTORY, HISTORY_INDEX
from etl.mirror.labels import listed_owners
from etl.mirror.refresh import refresh
from etl.pipeline.process import process_pending
from tests.support.commands import run_command
from tests.support.places import IN_A_DIRECTORY
from tests.support.small_lakes import chart_body, chart_name, history, put_pending


@pytest.fixture
def mirrored(lake, tmp_path):
    """Adds raw files to the lake, and refreshes the mirror; returns its path."""

    def run(files):
        put_pending(lake, files)
        process_pending(lake, "parquet")
        refresh(lake, tmp_path / "mirror.duckdb")
        return tmp_path / "mirror.duckdb"

    return run


def files_of(lake):
    """The objects of the export by key."""
    return {stored.key: lake.read(stored.key).body for stored in lake.list(HISTORY)}


@IN_A_DIRECTORY
def test_the_files_have_the_rows_of_the_mirror(lake, mirrored, tmp_path):
    mirror = mirrored(history(weeks=3))
    export(lake, mirror)
    index = read_index(lake)
    assert {"entries", "runs", "chart_periods", "credits", "charts"} <= index.relations.keys()
    for key, body in files_of(lake).items():
        (tmp_path / key).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / key).write_bytes(body)
    with connect(mirror, read_only=True) as connection:
        for relation, folder in index.relations.items():
            exported = f"from read_parquet('{tmp_path / folder}/*.parquet')"
            for some, others in ((exported, f"from {relation}"), (f"from {relation}", exported)):
                missing = connection.execute(f"{some} except all {others}").fetchall()
                assert missing == [], relation


def test_labels_are_exported_with_their_owners_those_of_ones_own_file_too(lake, mirrored, tmp_path):
    mirror, owners = mirrored({chart_name(0): chart_body(0)}), tmp_path / "owners.csv"
    with connect(mirror, read_only=True) as connection:
        ((label,),) = connection.execute("select distinct label from songs").fetchall()
    for owner in ("Her Group", "Another Group"):
        owners.write_text(f"label,owner\n{label},{owner}\n", encoding="utf-8")
        refresh(lake, mirror, owners=listed_owners(owners))
        export(lake, mirror)
        (tmp_path / "all.parquet").write_bytes(lake.read(f"{HISTORY}label_owners/all.parquet").body)
        with connect() as connection:
            found = connection.execute(f"from '{tmp_path}/all.parquet'").fetchall()
        assert found == [(label, owner)]


def test_only_files_whose_rows_changed_are_written(lake, mirrored):
    export(lake, mirrored(history(weeks=3)))
    mirror = mirrored({})
    assert export(lake, mirror).written == 0
    before = files_of(lake)
    exported = export(lake, mirrored({chart_name(3): chart_body(3)}))
    changed = {key for key, body in files_of(lake).items() if before.get(key) != body}
    assert f"{HISTORY}entries/regional-xx-weekly.parquet" in changed
    assert f"{HISTORY}entries/regional-yy-weekly.parquet" not in changed
    assert exported.written == len(changed) - 1  # the index


def test_files_of_charts_that_are_gone_are_deleted(lake, mirrored):
    export(lake, mirrored(history(weeks=2)))
    for prefix in ("manifests/regional-yy-weekly/", "transformed_data/"):
        for stored in lake.list(prefix):
            if "regional-yy-weekly" in stored.key:
                lake.delete(stored.key)
    assert export(lake, mirrored({})).deleted == 1
    assert f"{HISTORY}entries/regional-yy-weekly.parquet" not in files_of(lake)


@IN_A_DIRECTORY
def test_an_export_that_died_is_completed_by_the_next(lake, mirrored, monkeypatch):
    mirror = mirrored(history(weeks=2))
    written: list[str] = []

    def write_two(key, body, **conditions):
        if len(written) == 2:
            raise KeyboardInterrupt
        written.append(key)
        return write(key, body, **conditions)

    write = lake.write
    monkeypatch.setattr(lake, "write", write_two)
    with pytest.raises(KeyboardInterrupt):
        export(lake, mirror)
    with pytest.raises(QueryError, match=r"has no exported history. Run `chartlake export` first."):
        read_index(lake)
    monkeypatch.undo()
    exported = export(lake, mirror)
    assert exported.written == exported.files == len(files_of(lake)) - 1


def test_the_command_says_where_the_files_are(location, mirrored, monkeypatch, capsys):
    mirror = mirrored({chart_name(0): chart_body(0)})
    # With a slash, as the template's output has it.
    monkeypatch.setenv("CHARTLAKE_LAKE", f"{location}/")
    monkeypatch.setenv("CHARTLAKE_MIRROR", str(mirror))
    assert run_command("export") == 0
    assert f" to {location}/history_data: wrote " in capsys.readouterr().out


def test_of_two_exports_at_the_same_time_one_fails(lake, mirrored, monkeypatch):
    mirror = mirrored(history(weeks=2))
    export(lake, mirror)

    def write_after_another(key, body, **conditions):
        if key == HISTORY_INDEX:
            write(key, lake.read(key).body + b" ")
        return write(key, body, **conditions)

    write = lake.write
    mirror = mirrored({chart_name(2): chart_body(2)})
    monkeypatch.setattr(lake, "write", write_after_another)
    with pytest.raises(WriteConflict):
        export(lake, mirror)


def test_an_export_of_an_older_version_has_to_be_renewed(lake, mirrored):
    export(lake, mirrored({chart_name(0): chart_body(0)}))
    blob = lake.read(HISTORY_INDEX)
    document = json.loads(blob.body)
    del document["files"][f"{HISTORY}record_marks/all.parquet"]
    lake.write(HISTORY_INDEX, json.dumps(document).encode(), expected=blob.version)
    with pytest.raises(QueryError, match=r"lacks record_marks. Run `chartlake export`"):
        read_index(lake)


@pytest.mark.parametrize(
    ("body", "error", "sentence"),
    [
        (b"{", DamagedObject, "delete it and run `chartlake export`"),
        (b"{}", DamagedObject, "is not an index of exported history"),
        (
            json.dumps({"format_version": 2, "relations": {}, "files": {}}).encode(),
            QueryError,
            "newer",
        ),
    ],
)
def test_an_index_that_cannot_be_read_is_named(lake, body, error, sentence):
    lake.write(HISTORY_INDEX, body)
    with pytest.raises(error, match=sentence):
        read_index(lake)
