"""Catalog: whether the tables in Glue, and so in Athena, are those of the lake."""

from __future__ import annotations

from collections.abc import Iterator

from etl.aws.catalog import Catalog, CatalogTable, catalog_type
from etl.errors import ChartlakeError
from etl.lake import Lake
from etl.lake.layout import FORMATS, MANIFESTS, TABLES, TRANSFORMED, Partition
from etl.mirror.schema import mart_columns
from etl.pipeline.projection import (
    PARTITION_COLUMN,
    hidden_months,
    is_projected,
    projection_differences,
)
from etl.pipeline.table_form import FORMS, UPDATE, form_differences, format_of
from etl.settings import Settings
from etl.wording import counted


def catalog_lines(settings: Settings, lake: Lake) -> list[str]:
    """What there is to say about the tables: what differs, that nothing does, or why not."""
    if not settings.athena_database:
        return []
    try:
        differing = catalog_differences(settings, lake)
    except ChartlakeError as error:
        return [f"the tables in Glue were not checked: {error}"]
    return differing or [f"the tables in {settings.athena_database} are those of the lake"]


def catalog_differences(settings: Settings, lake: Lake) -> list[str]:
    """A sentence for each thing in which the tables in Glue are not those of the lake.

    Raises AccessDenied where Glue refuses, and ServiceUnavailable where it does not answer.
    """
    catalog = Catalog(settings.athena_database or "", settings.aws)
    found = catalog.tables()
    if found is None:
        return [
            f"There is no database {catalog.database} in Glue, in this account and region. Create"
            " it with the template that `chartlake aws template` prints, or correct"
            " CHARTLAKE_ATHENA_DATABASE."
        ]
    keys = [stored.key for stored in lake.list(MANIFESTS, TRANSFORMED)]
    partitions = filter(None, map(Partition.of_manifest, keys))
    months = sorted({partition.month for partition in partitions})
    return [
        sentence
        for table in TABLES
        for sentence in _table_differences(settings, catalog, found, table, keys, months)
    ]


def wanted_columns(table: str, file_format: str) -> dict[str, str]:
    """The columns of a table as Athena knows them: name and type, in the order of the files."""
    # Athena's CSV reader knows only text that may be empty.
    is_text = file_format == "csv"
    return {
        name: "string" if is_text else catalog_type(kind) for name, kind in mart_columns()[table]
    }


def _table_differences(
    settings: Settings,
    catalog: Catalog,
    found: dict[str, CatalogTable],
    table: str,
    keys: list[str],
    months: list[str],
) -> Iterator[str]:
    name = f"{table.removesuffix('s')}_data"
    if name not in found:
        yield f"There is no table {name} in {catalog.database}. {UPDATE}"
        return
    shown = found[name]
    wanted = f"{settings.lake.rstrip('/')}/{TRANSFORMED}{name}"
    if settings.lake.startswith("s3://") and shown.location.rstrip("/") != wanted:
        yield f"{name} is at {shown.location or 'no place'}, not at {wanted}. {UPDATE}"
    read_as = format_of(shown)
    if read_as is None:
        yield (
            f"{name} is read with {shown.serde or 'nothing'}, but CHARTLAKE_FORMAT is"
            f" {settings.format}, which needs {FORMS[settings.format].serde}. {UPDATE}"
        )
    else:
        yield from form_differences(shown, read_as)
        yield from _format_differences(settings, name, read_as, keys)
    file_format = read_as or settings.format
    yield from _column_differences(shown, wanted_columns(table, file_format), file_format)
    if shown.partition_columns != {PARTITION_COLUMN: "string"}:
        by = ", ".join(map(" ".join, shown.partition_columns.items())) or "nothing"
        yield f"{name} is partitioned by {by}, not by {PARTITION_COLUMN} string. {UPDATE}"
    elif is_projected(shown):
        yield from projection_differences(shown, months)
    elif months and (hidden := sorted(set(months) - catalog.partitions(name))):
        yield hidden_months(shown, hidden, "Run `chartlake crawl`.")


def _format_differences(
    settings: Settings, name: str, read_as: str, keys: list[str]
) -> Iterator[str]:
    """Files that are not of the format by which Athena reads all files of the table."""
    folder = f"{TRANSFORMED}{name}/"
    others = [key for key in keys if key.startswith(folder) and not key.endswith(f".{read_as}")]
    ours = [key for key in others if key.endswith(tuple(f".{one}" for one in FORMATS))]
    if settings.format != read_as:
        way_out = (
            f"Set CHARTLAKE_FORMAT to {read_as}, or update the stack with Format={settings.format};"
            " then run `chartlake rebuild`, which writes all files in that format."
            if ours
            else f"Set CHARTLAKE_FORMAT to {read_as}. To change the format, update the stack with"
            f" Format={settings.format}, and run `chartlake rebuild`."
        )
        yield f"{name} is read as {read_as}, but CHARTLAKE_FORMAT is {settings.format}. {way_out}"
    elif ours:
        yield (
            f"{name} has {counted(len(ours), 'file')} in another format, such as {ours[0]}, which"
            f" Athena cannot read as {read_as}. Run `chartlake rebuild`, which writes all files as"
            f" {read_as}."
        )
    # Athena takes no notice of names that begin with an underscore.
    foreign = [key for key in others if not key.rpartition("/")[2].startswith("_")]
    if foreign := sorted(set(foreign) - set(ours)):
        yield (
            f"{name} has {counted(len(foreign), 'file')} that chartlake did not write, such as"
            f" {foreign[0]}, and Athena reads all files. Move them away."
        )


def _column_differences(
    shown: CatalogTable, wanted: dict[str, str], file_format: str
) -> Iterator[str]:
    missing = [f"{name} {kind}" for name, kind in wanted.items() if name not in shown.columns]
    if missing:
        yield f"{shown.name} lacks {', '.join(missing)}. {UPDATE}"
    unknown = [name for name in shown.columns if name not in wanted]
    if unknown:
        yield f"{shown.name} has {', '.join(unknown)}, which the lake has not. {UPDATE}"
    for name, kind in shown.columns.items():
        if name in wanted and kind != wanted[name]:
            yield f"{shown.name}.{name} is {kind}, not {wanted[name]}. {UPDATE}"
    # Parquet is read by the names of columns, CSV by their order.
    if file_format == "csv" and not missing and not unknown and list(shown.columns) != list(wanted):
        yield f"{shown.name} has its columns in another order than the files. {UPDATE}"
