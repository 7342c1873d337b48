"""The data dictionary, from the comments of the models themselves: `python -m etl.dictionary`."""

from __future__ import annotations

import re
from collections.abc import Iterator

import duckdb

from etl.database import connect, create_views, models, run_layer

TITLES = {
    "mirror": "Tables of the mirror",
    "views": "Views of the mirror",
    "reports": "Reports",
}
_INTRODUCTION = """# Data dictionary

What `mirror.duckdb` holds, and what the reports in [sql/reports](../sql/reports) answer. Tables
and views are asked by name, `chartlake query "from movements limit 5"`; a report is one select:
`chartlake query -- "$(cat sql/reports/longest_runs.sql)"`.

This page is made from the comments in `sql/` by `make dictionary`.
"""
_COLUMN = re.compile(r"^-- ([a-z0-9_]+): (.+)$")


def dictionary() -> str:
    """The dictionary as Markdown. Raises KeyError for a column that no comment describes."""
    return "\n".join([_INTRODUCTION, *_chapters()])


def _chapters() -> Iterator[str]:
    known = _descriptions()
    with connect() as connection:
        run_layer(connection, "mirror")
        create_views(connection)
        for layer, title in TITLES.items():
            yield f"## {title}\n"
            for name, select in models(layer).items():
                yield f"### {name}\n\n{_grain(select)}\n\n| column | type | |\n|---|---|---|"
                relation = f"({select})" if layer == "reports" else name
                for column, kind in _columns(connection, relation):
                    own = _own_descriptions(select)
                    yield f"| `{column}` | {kind.lower()} | {own.get(column) or known[column]} |"
                yield ""


def _descriptions() -> dict[str, str]:
    # What a column is called in one model it means in all; the first to say it speaks.
    found: dict[str, str] = {}
    for layer in TITLES:
        for select in models(layer).values():
            found = _own_descriptions(select) | found
    return found


def _own_descriptions(select: str) -> dict[str, str]:
    matches = (_COLUMN.match(line) for line in _comment(select))
    return {match[1]: match[2] for match in matches if match}


def _grain(select: str) -> str:
    return " ".join(
        line.removeprefix("-- ") for line in _comment(select) if not _COLUMN.match(line)
    )


def _comment(select: str) -> list[str]:
    lines = []
    for line in select.splitlines():
        if not line.startswith("-- "):
            break
        lines.append(line)
    return lines


def _columns(connection: duckdb.DuckDBPyConnection, relation: str) -> list[tuple[str, str]]:
    described = connection.execute(f"describe from {relation}").fetchall()
    return [(str(name), str(kind)) for name, kind, *_ in described]


if __name__ == "__main__":
    print(dictionary(), end="")
