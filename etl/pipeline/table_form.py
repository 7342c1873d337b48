"""How a table in Glue is read: its files' format, and the properties that Athena needs for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from etl.aws.catalog import CatalogTable

UPDATE = (
    "Update the stack with the template that `chartlake aws template` prints, or set it in Glue's"
    " console."
)
_HIVE = "org.apache.hadoop.hive.ql.io"


@dataclass(frozen=True, slots=True)
class Form:
    """What reads files of a format; `absent` is what a parameter is that nobody has set."""

    serde: str
    input_format: str
    output_format: str
    header_lines: int
    parameters: Mapping[str, str] = field(default_factory=dict)


FORMS = {
    "parquet": Form(
        "ParquetHiveSerDe",
        f"{_HIVE}.parquet.MapredParquetInputFormat",
        f"{_HIVE}.parquet.MapredParquetOutputFormat",
        header_lines=0,
    ),
    "csv": Form(
        "OpenCSVSerde",
        "org.apache.hadoop.mapred.TextInputFormat",
        f"{_HIVE}.HiveIgnoreKeyTextOutputFormat",
        header_lines=1,
        # Those that are also taken where none are set.
        parameters={"separatorChar": ",", "quoteChar": '"', "escapeChar": "\\"},
    ),
}


def format_of(shown: CatalogTable) -> str | None:
    """The format of the files that the table reads; None where it is none of the lake's."""
    return next((one for one, form in FORMS.items() if shown.serde.endswith(form.serde)), None)


def form_differences(shown: CatalogTable, file_format: str) -> Iterator[str]:
    """A sentence for each thing that keeps Athena from reading files of that format rightly."""
    form = FORMS[file_format]
    given = {
        "the type": (shown.kind, "EXTERNAL_TABLE"),
        "the input format": (shown.input_format, form.input_format),
        "the output format": (shown.output_format, form.output_format),
        "skip.header.line.count": (
            shown.properties.get("skip.header.line.count", "0").strip(),
            str(form.header_lines),
        ),
    }
    for name, wanted in form.parameters.items():
        given[name] = (shown.serde_parameters.get(name, wanted), wanted)
    for name, (value, wanted) in given.items():
        if value != wanted:
            yield f"{shown.name} has {name} {value or 'unset'}, not {wanted}. {UPDATE}"
