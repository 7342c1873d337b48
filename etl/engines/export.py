"""Exporting the history that the mirror holds to the lake, as Parquet that other engines read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from etl.database import described, models
from etl.errors import DamagedObject, ObjectMissing, QueryError
from etl.files import scratch_folder
from etl.lake import Lake, in_parallel
from etl.lake.layout import HISTORY, HISTORY_INDEX, TABLES, is_chart_id
from etl.mirror.reader import open_mirror
from etl.wording import shortened

FORMAT_VERSION = 1
_OF_THE_MIRROR = {"mirror_properties", "mirrored_partitions"}
# These views are exported with their rows: other engines lack what the SQL of some needs, and of
# the others, Trino would compute all that they read again wherever they are read. It runs no query
# of more than 150 stages.
EXPORTED_VIEWS = (
    *("chart_recordings", "current_songs", "gaps", "label_owners", "market_charts"),
    *("market_overlaps", "record_marks", "recordings", "rhythms", "snapshots"),
)
# The relation with most rows has a file for each chart, so that a new week replaces one.
_BY_CHART = "entries"
_ONE_FILE = "all"

Schema = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export did: how many files there are, and how many of them it wrote or deleted."""

    files: int
    written: int
    deleted: int


@dataclass(frozen=True, slots=True)
class Index:
    """What was exported.

    `schema` has the columns of all relations of the mirror, with their types as DuckDB names them;
    `files` has a digest of the rows of each file by key; `version` is None if there is no export.
    """

    schema: Schema
    files: Mapping[str, str]
    version: str | None

    @property
    def relations(self) -> dict[str, str]:
        """The exported relations, and the folder of the files of each, as a prefix of keys."""
        folders = {key.rpartition("/")[0] for key in self.files}
        return {folder.removeprefix(HISTORY): f"{folder}/" for folder in sorted(folders)}


def export(lake: Lake, mirror: Path) -> Exported:
    """Write the relations of the mirror to `history_data/` in the lake, a folder each.

    Files whose rows have not changed stay as they are. The index is written last. Raises
    MirrorError, and WriteConflict if another export runs at the same time.
    """
    index = _read_index(lake)
    with open_mirror(mirror) as connection, scratch_folder() as folder:
        schema = read_schema(connection)
        selects = _selects(connection, schema)
        digests = {key: _digest(connection, select) for key, select in selects.items()}
        changed = [key for key in digests if index.files.get(key) != digests[key]]
        for key in changed:
            path = Path(folder, "draft.parquet")
            connection.execute(
                f"copy ({selects[key]}) to '{path}' (format parquet, compression zstd)"
            )
            lake.write(key, path.read_bytes())
    superfluous = sorted(index.files.keys() - digests.keys())
    in_parallel(lake.delete, superfluous)
    if changed or superfluous or schema != index.schema:
        document = {"format_version": FORMAT_VERSION, "relations": schema, "files": digests}
        body = json.dumps(document, indent=1).encode()
        lake.write(HISTORY_INDEX, body, expected=index.version)
    return Exported(len(digests), len(changed), len(superfluous))


def read_index(lake: Lake) -> Index:
    """The index of the export in the lake.

    Raises QueryError if nothing was exported yet, or by another version of chartlake, and
    DamagedObject.
    """
    found = _read_index(lake)
    if found.version is None:
        raise QueryError(f"{lake.location} has no exported history. Run `chartlake export` first.")
    if missing := sorted(set(EXPORTED_VIEWS) - found.relations.keys()):
        raise QueryError(
            f"The exported history in {lake.location} is from an older version of chartlake and"
            f" lacks {shortened(missing)}. Run `chartlake export`."
        )
    return found


def _read_index(lake: Lake) -> Index:
    try:
        blob = lake.read(HISTORY_INDEX)
    except ObjectMissing:
        return Index({}, {}, None)
    try:
        document = json.loads(blob.body)
        version = int(document["format_version"])
        relations, files = dict(document["relations"]), dict(document["files"])
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedObject(
            f"{HISTORY_INDEX} is not an index of exported history: {error}. The history that it"
            " lists is only a copy; delete it and run `chartlake export`."
        ) from error
    if version > FORMAT_VERSION:
        raise QueryError(
            f"{HISTORY_INDEX} has format {version}, from a newer version of chartlake; this version"
            f" reads up to {FORMAT_VERSION}. Nothing was changed. Update chartlake."
        )
    return Index(relations, files, blob.version)


def read_schema(connection: duckdb.DuckDBPyConnection) -> Schema:
    """The columns and types of all relations of a mirror."""
    found = connection.execute(
        "select table_name from duckdb_tables()"
        " union all select view_name from duckdb_views() where not internal order by all"
    ).fetchall()
    names = [name for (name,) in found if name not in _OF_THE_MIRROR]
    return {name: dict(described(connection, name)) for name in names}


def _selects(connection: duckdb.DuckDBPyConnection, schema: Schema) -> dict[str, str]:
    """The select of each file, by key."""
    views = models("views").keys() - EXPORTED_VIEWS
    found = {
        f"{HISTORY}{relation}/{_ONE_FILE}.parquet": f"from {relation} order by all"
        for relation in schema
        if relation not in (_BY_CHART, *TABLES, *views)
    }
    charts = connection.execute(f"select distinct chart_id from {_BY_CHART} order by all")
    for (chart_id,) in charts.fetchall():
        assert is_chart_id(chart_id)
        found[f"{HISTORY}{_BY_CHART}/{chart_id}.parquet"] = (
            f"from {_BY_CHART} where chart_id = '{chart_id}' order by snapshot_at, position"
        )
    return found


def _digest(connection: duckdb.DuckDBPyConnection, select: str) -> str:
    """The same text for the same rows; the version of DuckDB counts, as its hashes may change."""
    (found,) = connection.execute(
        f"select version() || ' ' || count(*) || ' ' || coalesce(sum(hash(counted)), 0)"
        f" from ({select}) as counted"
    ).fetchall()
    return str(found[0])
