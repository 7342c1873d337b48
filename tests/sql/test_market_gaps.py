"""The reports across markets where history has gaps, ties and returns, by hand."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.support.hand_made_markets import ask_for_all_songs, asked, put_weeks, starts
from tests.support.hand_made_mirrors import THURSDAY, hand_made_mirror


@pytest.fixture
def mirror():
    with hand_made_mirror() as empty:
        yield empty


def test_a_song_of_the_first_week_or_after_a_gap_started_at_an_unknown_time(mirror):
    put_weeks(mirror, de="ab ac ad ad  ae", fr="x ac xd cde xe xe")
    found = starts(mirror)
    assert found["a"] == [None, None]
    assert found["c"] == [["de", "fr"], 0]
    assert found["d"] == [["de", "fr"], 0]
    # It was in France in week 4, when Germany still had a chart, without it.
    assert found["e"] == [["fr"], None]


def test_a_song_that_may_have_come_first_during_a_gap_has_no_first_market(mirror):
    put_weeks(mirror, de="a a  c", fr="x x x xc")
    assert starts(mirror)["c"] == [None, None]


def test_a_start_is_unknown_if_one_market_alone_was_watched(mirror):
    put_weeks(mirror, de="x xa xa xa xa", fr="y   y yb")
    ask_for_all_songs(mirror)
    columns = ("recording_key", "first_markets", "of_markets", "is_start_known")
    found = {song: row for song, *row in asked(mirror, "song_spread", *columns)}
    assert found["R-a"] == [None, 1, False]
    assert found["R-b"] == [["fr"], 2, True]
    assert asked(mirror, "leading_markets", "market") == []


def test_nine_of_ten_markets_that_are_followed_tell_where_a_song_started(mirror):
    nine = ("at", "be", "ch", "dk", "es", "fi", "gb", "it", "no")
    complete = dict.fromkeys(nine, "x xa xab xab")
    put_weeks(mirror, se="x x x x", **complete)
    assert starts(mirror)["b"][0] == sorted(complete)
    put_weeks(mirror, pl="x x  x")
    mirror.remove("regional-se-weekly", THURSDAY + timedelta(weeks=2))
    mirror.describe_charts()
    found = starts(mirror)
    assert found["a"][0] == sorted(complete)
    # Two of eleven charts of week 3 are missing.
    assert found["b"][0] is None


def test_a_market_is_followed_until_the_week_after_its_latest_chart(mirror):
    put_weeks(mirror, de="x x xa xab xabc", fr="x x x x xc", jp="x x")
    found = starts(mirror)
    # The chart of Japan for the week in which a came may not have been landed yet.
    assert found["a"][0] is None
    assert found["b"][0] == ["de"]
    assert found["c"][0] == ["de", "fr"]


def test_a_market_counts_from_its_first_chart_on(mirror):
    put_weeks(mirror, de="x xa xab xab xabc", fr="x x x x x", jp="  x x x")
    found = starts(mirror)
    assert found["a"] == [["de"], None]
    # History may lack that it was in Japan in week 2.
    assert found["b"] == [None, None]
    assert found["c"] == [["de"], None]


def test_days_to_the_second_market_are_unknown_if_few_are_watched_by_then(mirror):
    watched = {"de": "x xa xab xab xab", "fr": "x x x xa xab"}
    put_weeks(mirror, jp="x x x x x", kr="x x x x x", **watched)
    assert starts(mirror) == {"x": [None, None], "a": [["de"], 14], "b": [["de"], 14]}
    for week in (3, 4):
        mirror.remove("regional-jp-weekly", THURSDAY + timedelta(weeks=week))
    mirror.put("regional-jp-weekly", THURSDAY + timedelta(weeks=5), "x")
    mirror.describe_charts()
    assert starts(mirror) == {"x": [None, None], "a": [["de"], None], "b": [["de"], None]}


def test_a_return_is_no_start(mirror):
    put_weeks(mirror, de="xy ax xy xa", fr="xy xy ax xy")
    assert starts(mirror)["a"] == [["de"], 7]


def test_a_missing_chart_does_not_make_songs_a_markets_own(mirror):
    put_weeks(mirror, de="ab ab ab", fr="ac  ac", jp="ad ad ad")
    found = asked(mirror, "market_songs", "market", "periods", "markets", "everywhere_share")
    assert sorted(found) == [
        ("de", 3, pytest.approx(8 / 3), 0.5),
        ("fr", 2, 3, 0.5),
        ("jp", 3, pytest.approx(8 / 3), 0.5),
    ]


def test_a_market_without_a_chart_in_the_time_of_a_song_could_not_have_it(mirror):
    put_weeks(mirror, de="ab ab ab", fr="bc  bd", jp="  ae")
    mirror.execute("set variable recordings = ['R-a', 'R-b', 'R-c']")
    found = asked(mirror, "song_reach", "recording_key", "markets", "of_markets", "reach_share")
    # Of two markets, no share is given.
    assert sorted(found) == [
        ("R-a", 2, 3, pytest.approx(2 / 3)),
        ("R-b", 2, 3, pytest.approx(2 / 3)),
        ("R-c", 1, 2, None),
    ]


def test_few_songs_give_no_shares(mirror):
    put_weeks(mirror, de="x a ab abc", fr="x x ax abx")
    columns = ("market", "songs", "first_songs", "first_share", "median_lead", "ahead_share")
    assert asked(mirror, "leading_markets", *columns) == [
        ("de", 2, 2, None, None, None),
        ("fr", 2, 0, None, None, None),
    ]


def test_charts_are_compared_down_to_the_lowest_position_of_the_shortest(mirror):
    put_weeks(mirror, de="abcd", fr="bax")
    columns = ("overlap_share", "shared_songs")
    assert asked(mirror, "market_similarity", *columns) == [(0.5, 2)]


def test_two_editions_of_a_song_are_one(mirror):
    mirror.put_weeks(["x"], [("a", "R"), ("b", "R"), "c"], chart_id="regional-de-weekly")
    mirror.put_weeks(["x"], [("a", "S"), "c", "d"], chart_id="regional-fr-weekly")
    mirror.describe_charts()
    found = asked(mirror, "market_songs", "market", "songs", "own_share")
    assert sorted(found) == [("de", 1.5, 0), ("fr", 2, 0.25)]
    mirror.execute("set variable recordings = ['R']")
    assert asked(mirror, "where_is", "market", "position", "periods") == [
        ("de", 1, 1),
        ("fr", 1, 1),
    ]


def test_convergence_compares_the_same_pairs_in_the_same_months(mirror):
    charts = {"de": ("ab", "ab"), "fr": ("ax", "ab"), "jp": ("ay", "ay"), "kr": (None, "ab")}
    for market, of_years in charts.items():
        for year, songs in zip((2024, 2025), of_years, strict=True):
            if songs:
                mirror.put(f"regional-{market}-weekly", date(year, 5, 15 + 2024 - year), songs)
        mirror.put(f"regional-{market}-weekly", date(2025, 8, 14), "ab")
    mirror.describe_charts()
    columns = ("year", "change", "pairs", "same_pairs")
    # One of three pairs shares both songs instead of one: 1 instead of a third.
    assert asked(mirror, "market_convergence", *columns) == [
        (2025, pytest.approx(2 / 9), 6, 3),
        (2024, None, 3, 0),
    ]


def test_viral_and_city_charts_are_ahead_by_the_songs_of_both(mirror):
    songs = "abcdefghijkl"
    # The viral chart has songs a day before the market, but k a day later and l on the same day. a
    # does not count, as it may have been there before.
    market = ["", *songs]
    viral = [*songs[:10], "", "", "kl"]
    for number in range(13):
        at = THURSDAY + timedelta(days=number)
        mirror.put("regional-de-daily", at, ["x", *market[number]])
        mirror.put("viral-de-daily", at, ["y", *viral[number]])
        mirror.put("citytoptrack-berlin-daily", at, ["x", *market[number]])
        mirror.put("regional-fr-daily", at, ["z", "a"])
        mirror.put("regional-global-daily", at, ["x", *songs])
    mirror.describe_charts()
    columns = ("chart_name", "market", "earlier_share", "median_lead")
    counts = ("earlier", "same_time", "later", "songs")
    assert asked(mirror, "early_charts", *columns, *counts) == [
        ("Viral Songs · Germany · daily", "de", pytest.approx(9 / 11), 1, 9, 1, 1, 11),
        ("Top Songs · Berlin · daily", "de", 0, 0, 0, 12, 0, 12),
    ]


def test_charts_without_a_song_that_came_to_both_are_left_out(mirror):
    put_weeks(mirror, de="xa xab", fr="yc")
    mirror.put("viral-de-weekly", THURSDAY, "xb")
    mirror.put("viral-fr-weekly", THURSDAY, "yc")
    mirror.put("viral-fr-weekly", THURSDAY + timedelta(weeks=1), "yc")
    mirror.describe_charts()
    assert asked(mirror, "early_charts", "chart_name") == []
    mirror.put_weeks("x", "xd", chart_id="viral-de-weekly")
    mirror.put("regional-de-weekly", THURSDAY + timedelta(weeks=1), "xad")
    mirror.describe_charts()
    assert asked(mirror, "early_charts", "market", "songs") == [("de", 1)]


def test_the_median_of_two_middle_leads_is_the_shorter_one(mirror):
    arrivals = {song: 4 + number for number, song in enumerate("abcdefghij")}
    leads = {song: 1 if song < "f" else 3 for song in arrivals}
    for number in range(15):
        at = THURSDAY + timedelta(days=number)
        new = [song for song, arrival in arrivals.items() if arrival == number]
        early = [song for song, arrival in arrivals.items() if arrival - leads[song] == number]
        mirror.put("regional-de-daily", at, ["x", *new])
        mirror.put("viral-de-daily", at, ["y", *early])
    mirror.describe_charts()
    assert asked(mirror, "early_charts", "songs", "median_lead") == [(10, 1)]
