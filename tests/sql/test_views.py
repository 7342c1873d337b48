from datetime import date, timedelta

import pytest

from etl.database import models, rows
from tests.support.hand_made_mirrors import THURSDAY, hand_made_mirror


@pytest.fixture
def mirror():
    with hand_made_mirror() as mirror:
        yield mirror


def rows_of_report(connection, report):
    return rows(connection, models("reports")[report])


def movements_of(connection, week):
    return connection.execute(
        "select song_id, status, previous_position, position_change, peak_position,"
        " periods_on_chart from movements where snapshot_at = ? order by position",
        [THURSDAY + timedelta(weeks=week)],
    ).fetchall()


def test_movements_follow_our_own_history(mirror):
    mirror.put_weeks(["a", "b", "c"], ["b", "a", "d"], ["b", "c", "a"])
    assert movements_of(mirror, 0) == [
        ("a", "UNKNOWN", None, None, 1, 1),
        ("b", "UNKNOWN", None, None, 2, 1),
        ("c", "UNKNOWN", None, None, 3, 1),
    ]
    assert movements_of(mirror, 1) == [
        ("b", "UP", 2, 1, 1, 2),
        ("a", "DOWN", 1, -1, 1, 2),
        ("d", "NEW", None, None, 3, 1),
    ]
    assert movements_of(mirror, 2) == [
        ("b", "SAME", 1, 0, 1, 3),
        ("c", "RE-ENTRY", None, None, 2, 2),
        ("a", "DOWN", 2, -1, 1, 3),
    ]


def test_movements_after_a_gap_are_unknown(mirror):
    mirror.put_weeks(["a"], None, ["a", "b"], ["b"])
    assert [row[1:3] for row in movements_of(mirror, 2)] == [("UNKNOWN", None), ("UNKNOWN", None)]
    assert [row[1:3] for row in movements_of(mirror, 3)] == [("UP", 2)]


def test_a_song_with_a_new_id_is_matched_by_recording(mirror):
    mirror.put_weeks([("single", "R"), "x"], ["x", ("album", "R")], [("album", "R")])
    assert movements_of(mirror, 1)[1] == ("album", "DOWN", 1, -1, 1, 2)
    assert movements_of(mirror, 2)[0] == ("album", "UP", 2, 1, 1, 3)


def test_a_song_whose_recording_changed_is_matched_by_id(mirror):
    mirror.put_weeks([("a", "old")], [("a", "new")], [("b", "new")], [("b", "new"), ("c", "old")])
    assert movements_of(mirror, 1)[0] == ("a", "SAME", 1, 0, 1, 2)
    assert movements_of(mirror, 2)[0] == ("b", "SAME", 1, 0, 1, 3)
    assert movements_of(mirror, 3)[1][1] == "RE-ENTRY"


def test_a_run_continues_over_any_number_of_new_ids_and_recordings(mirror):
    weeks = [[(f"id {(week + 1) // 2}", f"recording {week // 2:02}")] for week in range(40)]
    mirror.put_weeks(*weeks)
    assert mirror.execute("select run_id, periods from chart_runs").fetchall() == [
        ("recording 00", 40)
    ]
    assert movements_of(mirror, 39)[0][1:] == ("SAME", 1, 0, 1, 40)


def test_runs_join_when_a_later_entry_links_them(mirror):
    mirror.put_weeks([("a", "1"), ("b", "2"), ("c", "3")], [("a", "2"), ("c", "3")])
    runs = mirror.execute("select run_id, periods from chart_runs order by all").fetchall()
    assert runs == [("1", 2), ("3", 2)]


def test_runs_of_different_charts_are_not_linked(mirror):
    mirror.put_weeks([("a", "1")], [("b", "2")])
    mirror.put_weeks([("a", "2")], [("b", "1")], chart_id="regional-yy-weekly")
    assert mirror.execute("select count(*) from chart_runs").fetchall() == [(4,)]


def test_an_entry_without_an_id_is_matched_by_its_recording(mirror):
    mirror.put_weeks([("a", "R"), "b"], ["b", (None, "R")], [(None, "R"), "b"], [("a", "R")])
    assert movements_of(mirror, 1)[1] == (None, "DOWN", 1, -1, 1, 2)
    assert movements_of(mirror, 2)[0] == (None, "UP", 2, 1, 1, 3)
    assert movements_of(mirror, 3)[0] == ("a", "SAME", 1, 0, 1, 4)
    runs = mirror.execute("select run_id, song_id, periods from chart_runs order by all")
    assert runs.fetchall() == [("R", "a", 4), ("R-b", "b", 3)]


def test_an_entry_without_a_recording_belongs_to_the_run_of_its_song(mirror):
    mirror.put_weeks([("a", "1")], [("a", None)], [("a", "2")], [("b", None)], [("b", None)])
    runs = mirror.execute("select run_id, periods from chart_runs order by all").fetchall()
    assert runs == [("1", 3), ("b", 2)]


def test_a_match_by_id_outranks_a_match_by_recording(mirror):
    mirror.put_weeks([("a", "R"), ("b", "R")], [("b", "R"), ("a", "R")])
    assert [(row[0], row[2]) for row in movements_of(mirror, 1)] == [("b", 2), ("a", 1)]


def test_an_entry_without_a_song_has_no_history(mirror):
    mirror.put_weeks([None, "a"], [None, "a"])
    assert movements_of(mirror, 1) == [
        (None, "UNKNOWN", None, None, 1, 1),
        ("a", "SAME", 2, 0, 2, 2),
    ]


def test_duplicate_entries_count_their_period_once(mirror):
    mirror.put_weeks(["a", "a"], ["a", "b", "a"])
    assert [row[5] for row in movements_of(mirror, 1)] == [2, 1, 2]
    assert len(movements_of(mirror, 1)) == 3


def test_charts_do_not_mix(mirror):
    mirror.put_weeks(["a"], ["a"])
    mirror.put_weeks(["b"], ["a"], chart_id="regional-yy-weekly")
    statuses = mirror.execute(
        "select chart_id, status from movements where snapshot_at = '2026-01-08' order by all"
    ).fetchall()
    assert statuses == [("regional-xx-weekly", "SAME"), ("regional-yy-weekly", "NEW")]


@pytest.mark.parametrize(
    ("chart_id", "dates", "period"),
    [
        ("regional-xx-weekly", ["2026-01-01", "2026-01-02"], "week"),
        ("viral-xx-daily", ["2026-01-01", "2026-02-01"], "day"),
        ("list", ["2026-01-01"], "week"),
        ("list", ["2026-01-01", "2026-01-08", "2026-01-15"], "week"),
        ("list", ["2026-01-01", "2026-01-02", "2026-01-03", "2026-01-20"], "day"),
        ("list", ["2026-01-01 06:00", "2026-01-01 07:00", "2026-01-01 08:00"], "week"),
    ],
)
def test_the_period_follows_from_the_chart_id_or_from_the_usual_interval(
    mirror, chart_id, dates, period
):
    for at in dates:
        mirror.put(chart_id, at, ["a"])
    assert mirror.execute("select distinct period from snapshots").fetchall() == [(period,)]


@pytest.mark.parametrize(
    ("day", "start", "end"),
    [
        ("2026-01-01", "2025-12-26", "2026-01-01"),  # a Thursday ends its week
        ("2026-01-02", "2026-01-02", "2026-01-08"),  # a Friday starts one
        ("2026-01-05", "2026-01-02", "2026-01-08"),
    ],
)
def test_a_chart_week_runs_from_friday_to_thursday(mirror, day, start, end):
    mirror.put("regional-xx-weekly", day, ["a"])
    sql = "select period_start::varchar, period_end::varchar from snapshots"
    assert mirror.execute(sql).fetchall() == [(start, end)]


def test_the_last_snapshot_of_a_period_represents_it(mirror):
    for at, song in [("2026-01-02 06:00", "a"), ("2026-01-05 06:00", "b"), ("2026-01-09", "c")]:
        mirror.put("list-weekly", at, [song])
    sql = "select snapshot_at::varchar from chart_periods order by all"
    assert mirror.execute(sql).fetchall() == [("2026-01-05 06:00:00",), ("2026-01-09 00:00:00",)]


def test_movements_of_a_chart_with_two_snapshots_a_week(mirror):
    days = [date(2026, 1, 5) + timedelta(days=day) for day in (0, 3, 7, 10, 17, 21)]
    for day, songs in zip(
        days, (["a", "b"], ["b", "a"], ["b"], ["b", "a"], ["a"], ["a"]), strict=True
    ):
        mirror.put("list", day, songs)
    rows = mirror.execute(
        "select day(snapshot_at), song_id, status, periods_on_chart from movements order by all"
    ).fetchall()
    assert rows == [
        (5, "a", "UNKNOWN", 1),
        (5, "b", "UNKNOWN", 1),
        (8, "a", "DOWN", 2),
        (8, "b", "UP", 2),
        (12, "b", "SAME", 3),
        (15, "a", "RE-ENTRY", 3),
        (15, "b", "SAME", 4),
        (22, "a", "UNKNOWN", 4),
        (26, "a", "SAME", 5),
    ]
    reigns = rows_of_report(mirror, "number_ones")
    assert [row["in_a_row"] for row in reigns] == [1, 1, 2, 3, 1, 2]


def test_gaps_are_missing_periods_within_the_history(mirror):
    mirror.put_weeks(["a"], None, ["a"], None, None, ["a"])
    for day in ("2026-01-01", "2026-01-04"):
        mirror.put("viral-xx-daily", day, ["a"])
    sql = "select chart_id, period_end::varchar from gaps order by all"
    assert mirror.execute(sql).fetchall() == [
        ("regional-xx-weekly", "2026-01-08"),
        ("regional-xx-weekly", "2026-01-22"),
        ("regional-xx-weekly", "2026-01-29"),
        ("viral-xx-daily", "2026-01-02"),
        ("viral-xx-daily", "2026-01-03"),
    ]


def test_current_songs_have_the_latest_name_and_the_whole_time_span(mirror):
    for at, name in [("2026-01-01", "Old"), ("2026-02-01", "New")]:
        mirror.put_row("songs", "c", at, position=1, song_id="s", song_name=name)
    sql = "select song_name, first_seen_at::date::varchar, last_seen_at::date::varchar"
    assert mirror.execute(f"{sql} from current_songs").fetchall() == [
        ("New", "2026-01-01", "2026-02-01")
    ]


def test_current_artists_have_the_last_known_genres(mirror):
    for at, genres in [("2026-01-01", ["folk"]), ("2026-01-08", []), ("2026-01-15", None)]:
        mirror.put_row("artists", "c", at, artist_id="a", artist_name="A", genres=genres)
    assert mirror.execute("select genres from current_artists").fetchall() == [([],)]


def test_current_albums_have_one_row_per_album(mirror):
    for chart_id in ("c", "d"):
        mirror.put_row("albums", chart_id, "2026-01-01", album_id="al", album_name=chart_id)
    found = mirror.execute("select album_id, album_name from current_albums").fetchall()
    assert found == [("al", "c")]
