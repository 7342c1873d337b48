"""The data dictionary, from the comments of the models: `python -m etl.mirror.dictionary`."""

from __future__ import annotations

import re
from collections.abc import Iterator

import duckdb

from etl.database import connect, described, models
from etl.lake.layout import TABLES
from etl.mirror.questions import described_variables
from etl.mirror.schema import create_mirror

TITLES = {
    "tables": "Tables of the mirror",
    "views": "Views of the mirror",
    "reports": "Reports",
}
_INTRODUCTION = """# Data dictionary

What `mirror.duckdb` holds, and what the reports in [sql/reports](../sql/reports) answer. Tables
and views are queried by name, `chartlake query "from movements limit 5"`. `chartlake ask
longest-runs` answers a report, and `chartlake query sql/reports/longest_runs.sql` runs it as it is.

Reports read DuckDB variables, listed before their columns. A variable that is null or was never set
is no limit. `chartlake ask` sets them, and so can you, as in `set variable since = date
'2026-01-01'`: `since` and `until` are dates; `charts`, `markets`, `artists` (artist keys), `songs`
(run ids) and `recordings` (recording keys) are lists of text.

`make dictionary` writes this page from the comments in `sql/`.
"""
_COLUMN = re.compile(r"^-- ([a-z0-9_]+): (.+)$")


def dictionary() -> str:
    """The dictionary as Markdown. Raises KeyError for a column that no comment describes."""
    return "\n".join([_INTRODUCTION, *_chapters()])


def described_models() -> dict[str, dict[str, str]]:
    """The models in the dictionary, by chapter and name."""
    tables = {table: models("marts")[table] for table in TABLES} | models("mirror")
    return {
        "tables": dict(sorted(tables.items())),
        "views": {name: text for name, text in models("views").items() if name not in tables},
        "reports": models("reports"),
    }


def _chapters() -> Iterator[str]:
    known = _descriptions()
    with connect() as connection:
        create_mirror(connection)
        for chapter, selects in described_models().items():
            yield f"## {TITLES[chapter]}\n"
            for name, select in selects.items():
                yield f"### {name}\n\n{_grain(select)}\n"
                for variable, effect in described_variables(select).items():
                    yield f"- `{variable}`: {effect}"
                yield "\n| column | type | |\n|---|---|---|"
                own = _own_descriptions(select)
                for column, kind in _columns(connection, chapter, name, select):
                    yield f"| `{column}` | {kind.lower()} | {own.get(column) or known[column]} |"
                yield ""


def _columns(
    connection: duckdb.DuckDBPyConnection, chapter: str, name: str, select: str
) -> list[tuple[str, str]]:
    return described(connection, f"({select})" if chapter == "reports" else name)


def _descriptions() -> dict[str, str]:
    # A column means the same in all models that have it; the first one to describe it counts.
    found: dict[str, str] = {}
    for selects in described_models().values():
        for name in sorted(selects, key=lambda name: (name not in TABLES, name != "songs", name)):
            found = _own_descriptions(selects[name]) | found
    return found


def _own_descriptions(select: str) -> dict[str, str]:
    matches = (_COLUMN.match(line) for line in _comment(select))
    return {match[1]: match[2] for match in matches if match}


def _grain(select: str) -> str:
    return " ".join(
        line.removeprefix("-- ")
        for line in _comment(select)
        if not _COLUMN.match(line) and not described_variables(line)
    )


def _comment(select: str) -> list[str]:
    lines = []
    for line in select.splitlines():
        if not line.startswith("-- "):
            break
        lines.append(line)
    return lines


if __name__ == "__main__":
    print(dictionary(), end="")
