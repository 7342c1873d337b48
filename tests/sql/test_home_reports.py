"""The reports about local and foreign artists, by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from etl.database import models
from tests.support.hand_made_mirrors import THURSDAY, hand_made_mirror


@pytest.fixture
def mirror():
    with hand_made_mirror() as empty:
        yield empty


def put(mirror, market: str, *entries: list[str], days: int = 0, cadence: str = "weekly") -> None:
    """A chart whose entries have those artists; the first letter says where an artist lives."""
    chart, at = f"regional-{market}-{cadence}", THURSDAY + timedelta(days=days)
    mirror.put(chart, at, [])
    for position, artists in enumerate(entries, 1):
        song = {"song_id": "+".join(artists), "artist_ids": artists}
        mirror.put_row("songs", chart, at, position=position, **song)
        for artist in artists:
            mirror.put_row("artists", chart, at, artist_id=artist, artist_name=f"Name of {artist}")


def settle(mirror, **homes: str) -> None:
    """Describe the charts, and fill in the homes of the artists by their first letters."""
    mirror.describe_charts()
    for letter, home in homes.items():
        mirror.execute(
            "insert into home_answers select artist_id, 'a reference', ? from current_artists"
            " where artist_id[1] = ?",
            [home, letter],
        )


def asked(mirror, report: str, *columns: str) -> list[tuple]:
    """Columns of the rows of a report."""
    select = f"select {', '.join(columns)} from ({models('reports')[report]})"
    found: list[tuple] = mirror.execute(select).fetchall()
    return found


GERMANS = [[f"g{number}"] for number in range(8)]
FRENCH = [[f"f{number}"] for number in range(4)]


def test_entries_are_local_foreign_or_unknown_and_split_among_their_artists(mirror):
    put(mirror, "de", *GERMANS, *FRENCH[:1], ["g1", "f2"], ["f3", "x"], ["y"])
    settle(mirror, g="de", f="fr")
    columns = ("market", "local_share", "foreign_share", "unknown_share", "local_share_of_known")
    assert asked(mirror, "local_artists", *columns, "artists", "periods") == [
        ("de", *map(pytest.approx, (8.5 / 12, 2 / 12, 1.5 / 12, 8.5 / 10.5)), 11, 1)
    ]


def test_with_few_known_artists_there_is_no_share_of_them(mirror):
    put(mirror, "de", ["g1"], ["f1"], ["x"], ["y"])
    settle(mirror, g="de", f="fr")
    columns = ("local_share", "foreign_share", "unknown_share", "local_share_of_known", "artists")
    assert asked(mirror, "local_artists", *columns) == [(0.25, 0.25, 0.5, None, 2)]
    assert asked(mirror, "exporters", "market") == []


def test_the_local_share_changes_from_year_to_year(mirror):
    put(mirror, "de", *GERMANS, *FRENCH[:2])
    put(mirror, "de", *GERMANS[:6], *FRENCH, days=364)
    put(mirror, "de", *GERMANS[:6], *FRENCH, days=371)
    settle(mirror, g="de", f="fr")
    columns = ("year", "local_share_of_known", "change", "periods")
    assert asked(mirror, "local_artists", *columns) == [
        (2027, 0.6, pytest.approx(-0.1), 1),
        (2026, 0.7, None, 2),
    ]
    mirror.execute("set variable since = date '2027-01-01'")
    assert asked(mirror, "local_artists", *columns) == [(2027, 0.6, None, 1)]


def test_the_chart_that_covers_most_days_of_the_time_stands_for_a_market(mirror):
    put(mirror, "de", *GERMANS, *FRENCH[:2])
    put(mirror, "de", *FRENCH, *GERMANS[:6], days=371)
    for day in range(10):
        put(mirror, "de", *FRENCH, *GERMANS[:7], days=370 + day, cadence="daily")
    settle(mirror, g="de", f="fr")
    columns = ("year", "cadence", "periods", "local_share_of_known", "change")
    # The daily chart of 2027 is not compared with the weekly one of 2026.
    assert asked(mirror, "local_artists", *columns) == [
        (2027, "daily", 10, pytest.approx(7 / 11), None),
        (2026, "weekly", 1, 0.8, None),
    ]
    assert ("de", pytest.approx(0.3)) in asked(mirror, "exporters", "market", "import_share")
    mirror.execute("set variable since = date '2027-01-01'")
    assert ("de", pytest.approx(4 / 11)) in asked(mirror, "exporters", "market", "import_share")


def test_names_of_chart_files_lead_to_the_artists_with_that_name(mirror):
    put(mirror, "de", ["g1"])
    chart = "regional-fr-weekly"
    mirror.put(chart, THURSDAY, [("s", "R", "Name of g1"), ("t", "S", "Nobody")])
    settle(mirror, g="de")
    columns = ("market", "local_share", "foreign_share", "unknown_share")
    assert sorted(asked(mirror, "local_artists", *columns)) == [
        ("de", 1, 0, 0),
        ("fr", 0, 0.5, 0.5),
    ]


def test_exports_and_imports_are_shares_of_the_known_entries_of_each_market(mirror):
    put(mirror, "de", *GERMANS, *FRENCH[:2], ["x"])
    put(mirror, "fr", *FRENCH, *GERMANS[:6], days=7)
    put(mirror, "jp", *FRENCH[:1], ["k1"])
    put(mirror, "global", *FRENCH)
    settle(mirror, g="de", f="fr", k="kr")
    columns = ("market", "export_share", "import_share", "artists", "markets", "of_markets")
    found = asked(mirror, "exporters", *columns)
    assert found == [
        ("de", pytest.approx(0.6), pytest.approx(0.2), 6, 1, 1),
        ("fr", pytest.approx(0.2), pytest.approx(0.6), 2, 1, 1),
    ]
    known = asked(mirror, "exporters", "market", "known_share")
    assert known == [("de", 1), ("fr", pytest.approx(10 / 11))]
