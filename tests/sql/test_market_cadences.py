"""Which charts the reports across markets are made from, where history has several, by hand."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.support.hand_made_markets import asked, put_charts, put_weeks
from tests.support.hand_made_mirrors import THURSDAY, hand_made_mirror

MANY = dict.fromkeys(("at", "be", "ch", "dk", "es", "fi", "gb", "it"), "ab")


@pytest.fixture
def mirror():
    with hand_made_mirror() as empty:
        yield empty


def limit(mirror, since: date, until: date) -> None:
    mirror.execute(f"set variable since = date '{since}'")
    mirror.execute(f"set variable until = date '{until}'")


def test_weeks_of_few_markets_outweigh_a_day_of_many(mirror):
    put_weeks(mirror, de="x xab xab", fr="x xab xa", jp="x xb xb")
    put_charts(mirror, "daily", THURSDAY + timedelta(days=20), **MANY)
    assert asked(mirror, "song_spread", "recording_key", "cadence", "of_markets") == [
        ("R-b", "weekly", 3),
        ("R-a", "weekly", 3),
        ("R-x", "weekly", 0),
    ]
    assert {row for (row,) in asked(mirror, "leading_markets", "market")} == {"de", "fr", "jp"}
    reach = asked(mirror, "song_reach", "recording_key", "cadence", "of_markets")
    assert sorted(reach) == [(f"R-{song}", "weekly", 3) for song in "abx"]


def test_a_time_is_answered_by_the_charts_that_history_has_of_it(mirror):
    put_weeks(mirror, de="x xab xab", fr="x xab xa", jp="x xb xb")
    later = THURSDAY + timedelta(days=30)
    put_charts(mirror, "daily", later, **dict.fromkeys(MANY, "x xa"))
    limit(mirror, later, later + timedelta(days=1))
    columns = ("recording_key", "cadence", "of_markets")
    assert asked(mirror, "song_spread", *columns) == [("R-a", "daily", 8), ("R-x", "daily", 0)]
    assert len(asked(mirror, "leading_markets", "market")) == 8
    assert asked(mirror, "song_reach", *columns) == [("R-x", "daily", 8), ("R-a", "daily", 8)]
    assert {row for (row,) in asked(mirror, "market_songs", "cadence")} == {"daily"}
    limit(mirror, THURSDAY, THURSDAY + timedelta(weeks=2))
    assert {row for (row,) in asked(mirror, "leading_markets", "market")} == {"de", "fr", "jp"}
    assert {row for (row,) in asked(mirror, "market_songs", "cadence")} == {"weekly"}


def test_weekly_charts_are_compared_where_daily_ones_cover_about_the_same_days(mirror):
    put_weeks(mirror, de="x xa xa", fr="x x xa")
    days = THURSDAY - timedelta(days=6)
    put_charts(mirror, "daily", days, **dict.fromkeys(("de", "fr"), " ".join(["xa"] * 23)))
    assert {row for (row,) in asked(mirror, "song_spread", "cadence")} == {"weekly"}
    put_charts(mirror, "daily", days, jp=" ".join(["xa"] * 23))
    assert {row for (row,) in asked(mirror, "song_spread", "cadence")} == {"daily"}


def test_a_song_that_is_asked_for_has_a_row_for_each_cadence(mirror):
    put_weeks(mirror, de="x xa xa", fr="x x xa", jp="x x x")
    put_charts(mirror, "daily", THURSDAY, de="y ya", fr="y y", jp="y ya")
    mirror.execute("set variable recordings = ['R-a']")
    spread = asked(mirror, "song_spread", "cadence", "first_markets", "first_date", "markets")
    assert sorted(spread) == [
        ("daily", ["de", "jp"], THURSDAY + timedelta(days=1), 2),
        ("weekly", ["de"], THURSDAY + timedelta(weeks=1), 2),
    ]
    reach = asked(mirror, "song_reach", "cadence", "markets", "best_markets")
    assert sorted(reach) == [("daily", 2, ["de", "jp"]), ("weekly", 2, ["de", "fr"])]


def test_songs_of_markets_are_compared_by_one_cadence_a_year(mirror):
    put_weeks(mirror, de="ab ab", fr="bc bc")
    put_charts(mirror, "daily", THURSDAY, de="ad", jp="ad")
    put_charts(mirror, "daily", date(2025, 2, 12), **MANY)
    columns = ("year", "cadence", "market", "periods", "markets")
    assert sorted(asked(mirror, "market_songs", *columns)) == [
        *((2025, "daily", market, 1, 8) for market in sorted(MANY)),
        (2026, "weekly", "de", 2, 2),
        (2026, "weekly", "fr", 2, 2),
    ]


def test_a_month_is_compared_by_the_charts_by_which_most_markets_can_be(mirror):
    put_weeks(mirror, de="ab ab", fr="ab ac")
    put_charts(mirror, "daily", THURSDAY + timedelta(days=13), de="ad", jp="ad", fr="ad")
    put_charts(mirror, "daily", date(2026, 2, 12), de="ad", fr="ae", jp="ae")
    columns = ("market", "other_market", "cadence", "overlap_share", "months")
    assert sorted(asked(mirror, "market_similarity", *columns)) == [
        ("de", "fr", "daily", pytest.approx(1 / 3), 1),
        ("de", "fr", "weekly", pytest.approx(1 / 3), 1),
        ("de", "jp", "daily", pytest.approx(1 / 3), 1),
        ("fr", "jp", "daily", 1, 1),
    ]


def test_convergence_compares_no_daily_charts_with_weekly_ones(mirror):
    three = dict.fromkeys(("de", "fr", "jp"), "ab")
    put_charts(mirror, "daily", date(2025, 1, 2), **three)
    put_weeks(mirror, **three)
    columns = ("year", "cadence", "pairs", "same_pairs", "change")
    assert asked(mirror, "market_convergence", *columns) == [
        (2026, "weekly", 3, 0, None),
        (2025, "daily", 3, 0, None),
    ]


def test_a_market_is_shown_by_its_latest_chart_and_that_of_the_song(mirror):
    put_weeks(mirror, de="ab ba", fr="bc bc", jp="ca")
    put_charts(mirror, "daily", THURSDAY + timedelta(days=6), de="ca", fr="ac ca", jp="bd")
    mirror.execute("set variable recordings = ['R-a']")
    columns = ("market", "position", "chart_date", "peak_position", "periods", "cadence")
    week_2 = THURSDAY + timedelta(weeks=1)
    assert sorted(asked(mirror, "where_is", *columns)) == [
        # Its weekly chart is later than the daily one.
        ("de", 2, week_2, 1, 2, "weekly"),
        # Both end on the same day, and the weekly one is longer, but the song is on the daily one.
        ("fr", None, week_2, 1, 2, "daily"),
        # The daily chart is later, without the song.
        ("jp", None, THURSDAY + timedelta(days=6), 2, 1, "weekly"),
    ]


def test_starts_on_daily_charts_are_no_starts_on_weekly_ones(mirror):
    put_weeks(mirror, de="x x xa", fr="x x x")
    put_charts(mirror, "daily", THURSDAY, fr="x xa")
    mirror.execute("set variable recordings = ['R-a']")
    found = asked(mirror, "song_spread", "recording_key", "cadence", "first_markets")
    assert found == [("R-a", "weekly", ["de"]), ("R-a", "daily", None)]
