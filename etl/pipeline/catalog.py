"""Catalog: whether the tables in Glue, and so in Athena, are those of the lake."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from etl.aws.catalog import Catalog, CatalogTable, catalog_type
from etl.errors import ChartlakeError
from etl.lake import Lake
from etl.lake.layout import TABLES, TRANSFORMED
from etl.lake.partitions import manifest_versions
from etl.mirror.schema import mart_columns
from etl.settings import Settings
from etl.wording import counted

PARTITION_COLUMN = "snapshot_month"
_SERDES = {"parquet": "ParquetHiveSerDe", "csv": "OpenCSVSerde"}
_UPDATE = "Update the stack with the template that `chartlake aws template` prints."
_MONTH = re.compile(r"\d{4}-\d{2}")


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
    months = sorted({partition.month for partition in manifest_versions(lake)})
    return [
        sentence
        for table in TABLES
        for sentence in _table_differences(settings, catalog, found, table, months)
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
    months: list[str],
) -> Iterator[str]:
    name = f"{table.removesuffix('s')}_data"
    if name not in found:
        yield f"There is no table {name} in {catalog.database}. {_UPDATE}"
        return
    shown = found[name]
    yield from _place_differences(settings, shown)
    yield from _column_differences(shown, wanted_columns(table, settings.format), settings.format)
    if shown.partition_columns != (PARTITION_COLUMN,):
        by = ", ".join(shown.partition_columns) or "nothing"
        yield f"{name} is partitioned by {by}, not by {PARTITION_COLUMN}. {_UPDATE}"
    else:
        yield from _hidden_months(catalog, shown, months)


def _place_differences(settings: Settings, shown: CatalogTable) -> Iterator[str]:
    wanted = f"{settings.lake.rstrip('/')}/{TRANSFORMED}{shown.name}"
    if settings.lake.startswith("s3://") and shown.location.rstrip("/") != wanted:
        yield f"{shown.name} is at {shown.location or 'no place'}, not at {wanted}. {_UPDATE}"
    if not shown.serde.endswith(_SERDES[settings.format]):
        yield (
            f"{shown.name} is read with {shown.serde or 'nothing'}, but CHARTLAKE_FORMAT is"
            f" {settings.format}, which needs {_SERDES[settings.format]}. {_UPDATE}"
        )


def _column_differences(
    shown: CatalogTable, wanted: dict[str, str], file_format: str
) -> Iterator[str]:
    missing = [f"{name} {kind}" for name, kind in wanted.items() if name not in shown.columns]
    if missing:
        yield f"{shown.name} lacks {', '.join(missing)}. {_UPDATE}"
    unknown = [name for name in shown.columns if name not in wanted]
    if unknown:
        yield f"{shown.name} has {', '.join(unknown)}, which the lake has not. {_UPDATE}"
    for name, kind in shown.columns.items():
        if name in wanted and kind != wanted[name]:
            yield f"{shown.name}.{name} is {kind}, not {wanted[name]}. {_UPDATE}"
    # Parquet is read by the names of columns, CSV by their order.
    if file_format == "csv" and not missing and not unknown and list(shown.columns) != list(wanted):
        yield f"{shown.name} has its columns in another order than the files. {_UPDATE}"


def _hidden_months(catalog: Catalog, shown: CatalogTable, months: list[str]) -> Iterator[str]:
    """Months with snapshots that a query does not see."""
    if shown.properties.get("projection.enabled", "").lower() == "true":
        hidden = [month for month in months if not _is_projected(shown.properties, month)]
        way_out = "Update the stack with an earlier FirstMonth."
    else:
        hidden = sorted(set(months) - catalog.partitions(shown.name)) if months else []
        way_out = "Run `chartlake crawl`."
    if hidden:
        yield f"{shown.name} does not show {_shortened(hidden)}. {way_out}"


def _is_projected(properties: Mapping[str, str], month: str) -> bool:
    prefix = f"projection.{PARTITION_COLUMN}."
    if properties.get(f"{prefix}type") == "enum":
        return month in properties.get(f"{prefix}values", "").split(",")
    first, _, last = properties.get(f"{prefix}range", "").partition(",")
    # An end that is no month, such as NOW or NOW-3YEARS, is taken to be wide enough.
    is_after = not _MONTH.fullmatch(first) or first <= month
    is_before = not _MONTH.fullmatch(last) or month <= last
    return is_after and is_before


def _shortened(months: Iterable[str]) -> str:
    listed = list(months)
    if len(listed) <= 3:
        return ", ".join(listed)
    return f"{counted(len(listed), 'month')} from {listed[0]} to {listed[-1]}"
