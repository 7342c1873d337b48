"""Resolving artist credits: which names a credit such as "A, B" is made of.

What is known about a name follows from the credits that share a part with it, a part being what
stands between commas, and from their titles and labels. So a change reaches only the credits that
share a part with a credit that came or went or has other titles, or with a name that an artist got
or lost.
"""

from __future__ import annotations

import duckdb

from etl.database import count, create_table, create_tables, drop_tables

# What the other models start from. Most refreshes change none of it, and end there.
_CHANGES = (
    *("changed_credits", "changed_clues", "changed_names", "folded_texts"),
    "changed_parts",
)


def create_credit_staging(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the temporary tables that take what changes until `resolve_credits`."""
    connection.execute(
        "create temp table touched_credits"
        " (artist_credit varchar, song_name varchar, label varchar, entries bigint)"
    )
    connection.execute("create temp table names_before (artist_id varchar, artist_name varchar)")


def note_credits(connection: duckdb.DuckDBPyConnection) -> None:
    """Note the credits of the entries that are about to be replaced, and of those that come."""
    for table, sign in (("entries", "-"), ("staged_entries", "")):
        connection.execute(
            "insert into touched_credits"
            f" select artist_credit, song_name, label, {sign}count(*) from {table}"
            " semi join changed_entries using (chart_id, snapshot_at)"
            " where artist_credit is not null group by artist_credit, song_name, label"
        )


def note_names(connection: duckdb.DuckDBPyConnection) -> None:
    """Note the names that the touched artists have had so far; null for those that are new."""
    connection.execute(
        "insert into names_before select distinct id, artist_name from touched_artists"
        " left join current_artists on id = artist_id where id is not null"
    )


def resolve_credits(connection: duckdb.DuckDBPyConnection) -> None:
    """Bring `credits` up to date: count the entries, and resolve what the changes reach."""
    for name in _CHANGES:
        create_table(connection, "credits", name, temporary=True)
    _count_entries(connection)
    _count_clues(connection)
    if count(connection, "select count(*) from changed_parts"):
        create_tables(connection, "credits", existing=_CHANGES, temporary=True)
        connection.execute(
            "delete from credits using affected_credits as affected"
            " where credits.artist_credit = affected.artist_credit"
        )
        connection.execute("insert into credits by name from resolved_credits")
        drop_tables(connection, "credits")
    connection.execute("delete from touched_credits")
    connection.execute("delete from names_before")


def _count_entries(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        "update credits set entries = changed_credits.entries from changed_credits"
        " where credits.artist_credit = changed_credits.artist_credit"
    )
    connection.execute("delete from credits where entries = 0")
    connection.execute(
        "insert into credits by name select artist_credit, entries, parts from changed_credits"
        " join folded_texts on artist_credit = full_text where is_new"
    )


def _count_clues(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        "update credit_clues set entries = credit_clues.entries + changed_clues.entries"
        " from changed_clues where credit_clues.artist_credit = changed_clues.artist_credit"
        " and credit_clues.clue = changed_clues.clue"
    )
    connection.execute(
        "insert into credit_clues from changed_clues"
        " anti join credit_clues using (artist_credit, clue)"
    )
    connection.execute("delete from credit_clues where entries = 0")
