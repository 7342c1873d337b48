"""Reports about records, careers, lives and years, beside histories worked out by hand."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from etl.database import models
from tests.support.hand_made_mirrors import THURSDAY, hand_made_mirror

CHART = "regional-xx-weekly"
ARTISTS = {"A": "Ann", "B": "Bob", "C": "Cy", "D": "Ann", "E": "Eve"}
# Week 2 is missing. D rises to number one, A leaves and returns.
WEEKS = {0: "ABC", 1: "ABD", 3: "BAD", 4: "DBA", 5: "DEB", 6: "EDA"}


def day(week: int) -> date:
    """The last day of the week."""
    return THURSDAY + timedelta(weeks=week)


def put_streams(mirror, week: int, streams: dict[str, int]) -> None:
    """Add a chart of songs with their streams, the first at number one."""
    mirror.put(CHART, day(week), [])
    for position, (song, count) in enumerate(streams.items(), 1):
        mirror.put_row(
            *("songs", CHART, day(week)),
            position=position,
            song_id=song,
            recording_id=f"R-{song}",
            song_name=song,
            artist_credit=ARTISTS[song],
            streams=count,
        )


def asked(mirror, report: str, *columns: str) -> list[tuple]:
    """Columns of the rows of a report."""
    select = f"select {', '.join(columns)} from ({models('reports')[report]})"
    rows: list[tuple] = mirror.execute(select).fetchall()
    return rows


@pytest.fixture
def mirror():
    with hand_made_mirror() as empty:
        yield empty


@pytest.fixture
def history(mirror):
    """The history in WEEKS; number one has 100 streams and one more each week, others 50 and 10."""
    for week, songs in WEEKS.items():
        put_streams(mirror, week, dict(zip(songs, (100 + week, 50, 10), strict=True)))
    return mirror


def test_the_records_of_a_chart_with_all_that_tie(history):
    found = asked(
        *(history, "chart_records", "record", "coalesce(song_name, artist_credit)"),
        *("figure", "record_date", "holders"),
    )
    assert found == [
        ("highest debut", "E", 2, day(5), 1),
        ("longest absence before a return", "A", 1, day(6), 1),
        # That of D took three weeks, of which one is missing.
        ("longest climb to number one", "E", 1, day(6), 1),
        ("most entries of an artist in a period", "Ann", 2, day(1), 1),
        ("most number ones of an artist", "Ann", 2, day(4), 1),
        ("most periods at number one", "A", 2, day(1), 2),
        ("most periods at number one", "D", 2, day(5), 2),
        ("most periods on the chart", "B", 5, day(5), 3),
        ("most periods on the chart", "A", 5, day(6), 3),
        ("most periods on the chart", "D", 5, day(6), 3),
        ("most streams in a period", "E", 106, day(6), 1),
    ]


def test_the_eternal_second_was_never_number_one(mirror):
    mirror.put_weeks(["x", "y", "z"], ["x", "y", "z"], ["x", "y", "z"], ["z", "x", "y"])
    found = dict(asked(mirror, "chart_records", "record", "(song_name, figure)"))
    assert found["most periods at number two, never at one"] == ("y at 3", 3)
    assert "highest debut" not in found


def test_records_count_no_debut_and_no_return_after_a_gap(mirror):
    mirror.put_weeks(["x", "y"], ["x", "z"], None, ["n", "y"], ["n", "x"])
    found = {
        record: (song, figure)
        for record, song, figure in asked(
            mirror, "chart_records", "record", "left(song_name, 1)", "figure"
        )
    }
    assert found["highest debut"] == ("z", 2)
    # Of the two weeks without x, history has only one.
    assert found["longest absence before a return"] == ("x", 1)
    assert "longest climb to number one" not in found


def test_a_climb_counts_only_if_history_has_all_of_it(mirror):
    climb = [["x", "y"], ["x", "new"], ["x", "new"], ["new", "x"]]
    mirror.put_weeks(*climb)
    found = dict(asked(mirror, "chart_records", "record", "(left(song_name, 3), figure)"))
    assert found["longest climb to number one"] == ("new", 2)
    # It may have been at number one in the week that is missing, and have fallen since.
    mirror.remove(CHART, day(2))
    mirror.put_weeks(*climb[:2], None, climb[2], climb[3])
    assert "longest climb to number one" not in dict(
        asked(mirror, "chart_records", "record", "figure")
    )


def test_what_spotify_counted_before_is_no_debut(mirror):
    mirror.put_weeks(["x", "y"], ["x", "new"])
    mirror.put(CHART, day(2), [])
    for position, (song, periods) in enumerate({"back": 9, "new": 2}.items(), 1):
        mirror.put_row(
            *("songs", CHART, day(2)),
            position=position,
            song_id=song,
            recording_id=f"R-{song}",
            song_name=song,
            reported_periods=periods,
        )
    records = dict(asked(mirror, "chart_records", "record", "(left(song_name, 3), figure)"))
    assert records["highest debut"] == ("new", 2)
    assert "longest climb to number one" not in records
    debuts = dict(asked(mirror, "song_life", "left(song_name, 4)", "debut_position"))
    assert (debuts["back"], debuts["new"]) == (None, 2)


def test_careers_of_artists(history):
    found = asked(
        *(history, "artist_career", "artist_name", "first_song", "first_date", "last_date"),
        *("songs", "number_ones", "top_tens", "periods", "periods_at_one", "best_year"),
        *("longest_absence", "comebacks", "is_one_hit_wonder"),
    )
    assert found == [
        ("Ann", "A", day(0), day(6), 2, 2, 2, 6, 4, 2026, 0, 0, False),
        ("Bob", "B", day(0), day(5), 1, 1, 1, 5, 1, 2026, 0, 0, False),
        ("Eve", "E", day(5), day(6), 1, 1, 1, 2, 1, 2026, 0, 0, False),
        ("Cy", "C", day(0), day(0), 1, 0, 1, 1, 0, 2026, 0, 0, False),
    ]


def test_a_comeback_follows_half_a_year_of_weeks_that_history_has(mirror):
    for week in range(40):
        if week not in (10, 11):
            put_streams(mirror, week, {"A": 9, "B": 5} if week in (0, 29, 39) else {"A": 9})
    found = asked(mirror, "artist_career", "artist_name", "longest_absence", "comebacks")
    assert found == [("Ann", 0, 0), ("Bob", 26, 1)]


@pytest.mark.parametrize(("missing", "absence"), [(20, 40), (26, 30)])
def test_an_absence_counts_since_history_last_lacked_half_a_year(mirror, missing, absence):
    ann, bob = ("a", "R-a", "Ann"), ("b", "R-b", "Bob")
    gap = [None] * missing
    mirror.put_weeks([ann, bob], *[[ann]] * 10, *gap, *[[ann]] * 30, [ann, bob])
    assert asked(mirror, "comebacks", "artist_name", "absence") == [("Bob", absence)]
    assert asked(mirror, "artist_career", "artist_name", "longest_absence")[1] == ("Bob", absence)
    records = dict(asked(mirror, "chart_records", "record", "figure"))
    assert records["longest absence before a return"] == absence


def test_the_life_of_a_song(history):
    columns = (
        *("song_name", "first_date", "debut_position", "peak_position", "peak_date"),
        *("periods_to_peak", "periods", "periods_at_one", "top_ten_periods", "returns"),
        *("last_date", "is_over", "streams", "best_streams", "missing_periods"),
    )
    found = {row[0]: row[1:] for row in asked(history, "song_life", *columns)}
    assert set(found) == set(ARTISTS)
    assert found["D"] == (day(1), 3, 1, day(4), 3, 5, 2, 5, 0, day(6), False, 279, 105, 1)
    # A may have been there before history begins.
    assert found["A"] == (day(0), None, 1, day(0), 0, 5, 2, 5, 1, day(6), False, 271, 101, 1)


def test_returns_are_counted_as_far_as_history_tells(mirror):
    # "a" returns in the first missing week or after it. It may be there in the second one, too.
    mirror.put_weeks("ab", "a", "ab", "b", None, "ab", None, "b")
    found = asked(mirror, "song_life", "left(song_name, 1)", "returns", "missing_periods")
    assert set(found) == {("a", 1, 1), ("b", 1, 2)}


def test_the_year_end_chart_by_streams(history):
    found = asked(history, "year_end", "year", "place", "song_name", "periods", "streams")
    assert found == [
        (2026, 1, "D", 5, 279),
        (2026, 2, "A", 5, 271),
        (2026, 3, "B", 5, 263),
        (2026, 4, "E", 2, 156),
        (2026, 5, "C", 1, 10),
    ]


def test_the_year_end_chart_by_points_where_streams_are_unknown(mirror):
    mirror.put_weeks(["x", "y", "z"], None, ["y", "x"])
    found = asked(mirror, "year_end", "place", "left(song_name, 1)", "points", "streams")
    assert found == [(1, "x", 4, None), (1, "y", 4, None), (3, "z", 1, None)]


def test_thresholds_and_growth_since_the_year_before(mirror):
    put_streams(mirror, 0, {"A": 60, "B": 40})
    put_streams(mirror, 52, {"A": 90, "B": 60})
    put_streams(mirror, 53, {"A": 90, "B": 70, "C": 10})
    found = asked(
        *(mirror, "thresholds", "period_end", "number_one", "top_10", "entry", "total", "growth")
    )
    assert found == [
        (day(0), 60, None, 40, 100, None),
        (day(52), 90, None, 60, 150, 0.5),
        (day(53), 90, None, 10, 170, None),
    ]
    columns = ("year", "periods", "mean_total", "mean_number_one", "compared_periods", "growth")
    assert asked(mirror, "chart_totals", *columns) == [
        (2026, 2, 125, 75, 1, 0.5),
        (2027, 1, 170, 90, 0, None),
    ]


def test_positions_of_thresholds(mirror):
    mirror.put(CHART, day(0), [])
    for position in range(1, 121):
        mirror.put_row("songs", CHART, day(0), position=position, streams=1000 - position)
    columns = ("number_one", "top_10", "top_50", "top_100", "entry")
    assert asked(mirror, "thresholds", *columns) == [(999, 990, 950, 900, 880)]


def test_this_week_one_and_five_years_ago(mirror):
    for week in (0, 208, 260):
        mirror.put(CHART, day(week), [f"{week}-{number}" for number in range(7)])
    found = asked(mirror, "years_ago", "years_ago", "period_end", "position", "song_name")
    assert found == [
        (years, day(week), position, f"{week}-{position - 1} at {position}")
        for years, week in ((1, 208), (5, 0))
        for position in range(1, 6)
    ]
    mirror.put(CHART, day(262), ["x"])
    assert asked(mirror, "years_ago", "years_ago") == []
