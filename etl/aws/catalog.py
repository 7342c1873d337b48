"""Tables in Glue's catalog, which is also Athena's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore import exceptions as aws

from etl.aws.session import Operation, code_of, open_client, translated

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient
    from mypy_boto3_glue.type_defs import ColumnOutputTypeDef, TableTypeDef

_MISSING = "EntityNotFoundException"
# https://docs.aws.amazon.com/athena/latest/ug/data-types.html
_TYPES = {
    "BIGINT": "bigint",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "DOUBLE": "double",
    "INTEGER": "int",
    "TIMESTAMP": "timestamp",
    "VARCHAR": "string",
}


def catalog_type(kind: str) -> str:
    """What Glue, Hive and Athena call a type of DuckDB."""
    if kind.endswith("[]"):
        return f"array<{catalog_type(kind.removesuffix('[]'))}>"
    return _TYPES[kind]


@dataclass(frozen=True, slots=True)
class CatalogTable:
    """A table: its columns by name, in order; `serde` is the class that reads its files."""

    name: str
    kind: str
    columns: Mapping[str, str]
    partition_columns: Mapping[str, str]
    location: str
    input_format: str
    output_format: str
    serde: str
    serde_parameters: Mapping[str, str]
    properties: Mapping[str, str]


class Catalog:
    """A database in the catalog; `variables` are AWS's own, where the environment lacks them.

    Raises AccessDenied where Glue refuses, and ServiceUnavailable where it does not answer.
    """

    def __init__(self, database: str, variables: Mapping[str, str]) -> None:
        self.database = database
        self._read = Operation(
            "Glue",
            f"read the tables of the database {database}",
            "Nothing was changed.",
            "Allow glue:GetTables and glue:GetPartitions on the database, and check"
            " CHARTLAKE_ATHENA_DATABASE and AWS_DEFAULT_REGION.",
        )
        with translated(self._read):
            self._client: GlueClient = open_client("glue", variables)

    def tables(self) -> dict[str, CatalogTable] | None:
        """All tables by name; None where there is no such database."""
        with translated(self._read):
            pages = self._client.get_paginator("get_tables").paginate(DatabaseName=self.database)
            try:
                return {
                    table["Name"]: _table(table) for page in pages for table in page["TableList"]
                }
            except aws.ClientError as error:
                if code_of(error) == _MISSING:
                    return None
                raise

    def partitions(self, table: str) -> set[str]:
        """The first value of each partition that is registered for the table."""
        with translated(self._read):
            pages = self._client.get_paginator("get_partitions").paginate(
                DatabaseName=self.database, TableName=table, ExcludeColumnSchema=True
            )
            return {
                partition["Values"][0]
                for page in pages
                for partition in page["Partitions"]
                if partition.get("Values")
            }


def _table(shown: TableTypeDef) -> CatalogTable:
    storage = shown.get("StorageDescriptor", {})
    serde = storage.get("SerdeInfo", {})
    return CatalogTable(
        name=shown["Name"],
        kind=shown.get("TableType", ""),
        columns=_types(storage.get("Columns", ())),
        partition_columns=_types(shown.get("PartitionKeys", ())),
        location=storage.get("Location", ""),
        input_format=storage.get("InputFormat", ""),
        output_format=storage.get("OutputFormat", ""),
        serde=serde.get("SerializationLibrary", ""),
        serde_parameters=serde.get("Parameters", {}),
        properties=shown.get("Parameters", {}),
    )


def _types(columns: Iterable[ColumnOutputTypeDef]) -> dict[str, str]:
    return {column["Name"]: column.get("Type", "") for column in columns}
