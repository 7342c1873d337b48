"""The views that another engine needs over the lake's files, in the order of what they read."""

from __future__ import annotations

from collections.abc import Mapping

from etl.database import models, models_in_order
from etl.engines.export import EXPORTED_VIEWS, Schema
from etl.engines.translate import Dialect, translate
from etl.lake.layout import TABLES

# How the text of a cell in a CSV lake becomes a value. `read` is the cell, null if it is empty.
_FROM_TEXT = {"BOOLEAN": "{read} = 'true'", "VARCHAR[]": "string_split({read}, '|')"}


def history_views(schema: Schema, dialect: Dialect) -> dict[str, str]:
    """The select of each view over the exported relations. Raises Untranslatable."""
    return {
        name: translate(models("views")[name], dialect, schema)
        for name in models_in_order("views")
        if name not in (*EXPORTED_VIEWS, *TABLES)
    }


def table_views(schema: Schema, dialect: Dialect, *, is_csv: bool = False) -> dict[str, str]:
    """The selects of `songs`, `albums` and `artists`, with the snapshots that manifests list.

    They read `published_snapshots`, and the tables `song_data`, `album_data` and `artist_data` over
    the lake's own files, whose cells are text if `is_csv`. Raises Untranslatable.
    """
    sources = {_source(table): _stored(schema[table], is_csv=is_csv) for table in TABLES}
    known = {**schema, **sources}
    return {
        table: translate(_published(table, schema[table], is_csv=is_csv), dialect, known)
        for table in TABLES
    }


def _source(table: str) -> str:
    return f"{table.removesuffix('s')}_data"


def _stored(columns: Mapping[str, str], *, is_csv: bool) -> Mapping[str, str]:
    return dict.fromkeys(columns, "VARCHAR") if is_csv else columns


def _published(table: str, columns: Mapping[str, str], *, is_csv: bool) -> str:
    listed = ", ".join(
        _typed(name, kind) if is_csv else f'lake."{name}"' for name, kind in columns.items()
    )
    # A file can have rows of a snapshot whose manifest is not written yet.
    return f"""
        select {listed}
        from {_source(table)} as lake
        semi join published_snapshots
            on lake.chart_id = published_snapshots.chart_id
            and {_typed_or_plain("snapshot_at", columns, is_csv=is_csv)}
            = published_snapshots.snapshot_at
    """


def _typed_or_plain(name: str, columns: Mapping[str, str], *, is_csv: bool) -> str:
    return _value(name, columns[name]) if is_csv else f'lake."{name}"'


def _typed(name: str, kind: str) -> str:
    return f'{_value(name, kind)} as "{name}"'


def _value(name: str, kind: str) -> str:
    read = f"nullif(lake.\"{name}\", '')"
    if kind == "VARCHAR":
        return read
    return _FROM_TEXT.get(kind, f"cast({{read}} as {kind})").format(read=read)
