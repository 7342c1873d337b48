"""How well songs are joined to recordings: counted, and a sample to look at.

What counts is independent of the joins: which entry Spotify's own previous rank names, durations,
and how titles and artists read.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from etl.database import QueryResult, create_tables, described, rows
from etl.mirror.reader import open_mirror

SAMPLE = "sample_pairs"


@dataclass(frozen=True, slots=True)
class Joins:
    """The figures of `sql/joins/join_figures.sql`, and the pairs of `sample_pairs.sql`."""

    songs: int
    recordings: int
    alike_apart: int
    alike_apart_joined: int
    followed: int
    followed_joined: int
    checked: int
    wrong: int
    sample: QueryResult


def read_joins(path: Path) -> Joins:
    """Count the joins in the mirror at `path`. Raises MirrorError."""
    with open_mirror(path) as connection:
        create_tables(connection, "joins", temporary=True)
        (figures,) = rows(connection, "from join_figures")
        columns = tuple(name for name, _ in described(connection, SAMPLE))
        pairs = connection.execute(f"from {SAMPLE}").fetchall()
    return Joins(**figures, sample=QueryResult(columns, tuple(pairs)))
