"""The records that the latest week broke, equalled or came near."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import timedelta
from random import Random

import pytest

from etl.database import models
from tests.support.hand_made_mirrors import THURSDAY, hand_made_mirror
from tests.support.world_truth import ENTRIES, LAST, movement_status, runs_by_isrc

AT_ONE = "most periods at number one"


@pytest.fixture
def mirror():
    with hand_made_mirror() as empty:
        yield empty


def asked(mirror, report: str, *columns: str) -> list[tuple]:
    """Columns of the rows of a report."""
    select = f"select {', '.join(columns)} from ({models('reports')[report]})"
    rows: list[tuple] = mirror.execute(select).fetchall()
    return rows


def watched(mirror, record: str) -> list[tuple]:
    columns = ("record", "state", "left(run_id, 3)", "figure", "record_before", "holders")
    return [row[1:] for row in asked(mirror, "record_watch", *columns) if row[0] == record]


def test_a_record_is_equalled_then_broken_then_extended(mirror):
    weeks = [["a", "b"], ["a", "b"], ["b", "a"]]
    mirror.put_weeks(*weeks)
    assert watched(mirror, AT_ONE) == []
    mirror.put_weeks(*weeks, ["b", "a"])
    assert watched(mirror, AT_ONE) == [("equalled", "R-b", 2, 2, 1)]
    mirror.put_weeks(*weeks, *[["b", "a"]] * 2)
    assert watched(mirror, AT_ONE) == [("broken", "R-b", 3, 2, 1)]
    mirror.put_weeks(*weeks, *[["b", "a"]] * 3)
    assert watched(mirror, AT_ONE) == [("extended", "R-b", 4, 3, 1)]


def test_nine_tenths_of_a_record_are_near(mirror):
    mirror.put_weeks(*[["a", "b"]] * 10, *[["b", "a"]] * 8)
    assert watched(mirror, AT_ONE) == []
    mirror.put_weeks(*[["a", "b"]] * 10, *[["b", "a"]] * 9)
    assert watched(mirror, AT_ONE) == [("near", "R-b", 9, 10, 1)]


def test_a_debut_is_near_the_highest_if_it_is_one_lower(mirror):
    weeks = [["a", "b", "c", "d"], ["a", "new", "b", "c"]]
    mirror.put_weeks(*weeks, ["a", "new", "late", "c"])
    assert watched(mirror, "highest debut") == [("near", "R-l", 3, 2, 1)]
    mirror.put_weeks(*weeks, ["late", "a", "new", "b"])
    assert watched(mirror, "highest debut") == [("broken", "R-l", 1, 2, 1)]
    mirror.put_weeks(*weeks, ["a", "b", "new", "late"])
    assert watched(mirror, "highest debut") == []


AT_TWO = "most periods at number two, never at one"


@pytest.mark.parametrize(
    ("weeks", "state", "record"),
    [
        (3, [], ("R-b", 4)),
        (4, [("equalled", "R-b", 5, 5, 1)], ("R-b", 5)),
        # It broke the record of "a" the week before, and is alone ahead of it.
        (5, [("broken", "R-b", 6, 5, 1)], ("R-b", 6)),
        (6, [("extended", "R-b", 7, 6, 1)], ("R-b", 7)),
    ],
)
def test_who_goes_to_number_one_leaves_the_record_at_number_two(mirror, weeks, state, record):
    mirror.put_weeks(*[["x", "a"]] * 5, *[["x", "b"]] * weeks, ["a", "b"])
    assert watched(mirror, AT_TWO) == state
    found = asked(mirror, "chart_records", "record", "left(run_id, 3)", "figure")
    assert [row[1:] for row in found if row[0] == AT_TWO] == [record]


def test_a_record_that_nobody_else_has_a_mark_in_is_none(mirror):
    mirror.put_weeks(["x", "a"], ["x", "a"], ["a", "x"])
    assert watched(mirror, AT_TWO) == []
    assert AT_TWO not in {record for (record,) in asked(mirror, "chart_records", "record")}


def test_who_was_at_number_one_by_spotifys_figures_is_no_eternal_second(mirror):
    mirror.put_weeks("a", "a")
    for week in range(2):
        day = THURSDAY + timedelta(weeks=week)
        columns = {"song_id": "b", "recording_id": "R-b", "reported_peak": 1}
        mirror.put_row("songs", "regional-xx-weekly", day, position=2, **columns)
    assert AT_TWO not in {record for (record,) in asked(mirror, "chart_records", "record")}


def test_three_of_those_that_tie_are_listed(mirror):
    mirror.put_weeks(*[[*"abcde"]] * 3)
    found = watched(mirror, "most periods on the chart")
    assert found == [("extended", f"R-{song}", 3, 2, 5) for song in "abc"]


@pytest.mark.parametrize("latest", [61, 78])
def test_the_most_entries_of_an_artist_at_once_are_found_whenever_they_came(mirror, latest):
    songs = [(f"{name}{number}", f"R-{name}{number}", name) for name in "abc" for number in "123"]
    chance = Random(latest)
    weeks = [chance.sample(songs, 5) for _ in range(latest)]
    mirror.put_weeks(*weeks)
    columns = ("record", "figure", "record_date", "holders")
    found = {row[0]: row[1:] for row in asked(mirror, "chart_records", *columns)}
    counts = [Counter(artist for _, _, artist in week) for week in weeks]
    assert found["most entries of an artist in a period"][0] == max(
        max(count.values()) for count in counts
    )
    [(expected,)] = mirror.execute(
        "select count(*) from (select count(*) as entries from entry_artists group by period_end,"
        " artist_key) where entries > 2"
    ).fetchall()
    [(listed,)] = mirror.execute(
        "select count(*) from crowded_periods where entries > 2"
    ).fetchall()
    assert listed == expected > 0


def test_a_chart_without_streams_has_no_record_of_streams(mirror):
    mirror.put_weeks(["a", "b"], ["a", "b"])
    records = {record for (record,) in asked(mirror, "chart_records", "record")}
    assert AT_ONE in records and "most streams in a period" not in records


def test_records_are_those_of_the_charts_that_are_wanted(mirror):
    for chart in ("regional-xx-weekly", "regional-yy-weekly"):
        mirror.put_weeks(["a", "b"], ["a", "b"], ["new", "a"], chart_id=chart)
    for report in ("chart_records", "record_watch"):
        both = asked(mirror, report, "*")
        mirror.execute("set variable charts = ['regional-yy-weekly']")
        one = asked(mirror, report, "*")
        mirror.execute("reset variable charts")
        assert one == [row for row in both if row[0] == "regional-yy-weekly"] != both


def test_the_first_week_has_no_record_to_break(mirror):
    mirror.put_weeks(["a", "b"])
    assert asked(mirror, "record_watch", "record") == []


def test_records_of_the_latest_week_of_the_world(rows_of):
    at_one: dict[str, list[int]] = defaultdict(list)
    for week, entry in ENTRIES:
        if entry.position == 1:
            at_one[entry.track.isrc].append(week)
    lengths = {isrc: [week for week, _ in run] for isrc, run in runs_by_isrc().items()}
    new = {isrc: [run[0]] for isrc, run in runs_by_isrc().items() if run[0][0] > 0}
    assert all(movement_status(*run[0]) == "NEW" for run in new.values())
    rows = {(row["record"], row["run_id"]): row for row in rows_of("record_watch")}
    for record, weeks_of in ((AT_ONE, at_one), ("most periods on the chart", lengths)):
        before = {
            isrc: len([week for week in weeks if week < LAST]) for isrc, weeks in weeks_of.items()
        }
        record_before = max(before.values())
        now = {isrc: len(weeks) for isrc, weeks in weeks_of.items() if weeks[-1] == LAST}
        best = max(now.values())
        holders = {isrc for isrc, length in now.items() if length == best}
        found = {run_id for of, run_id in rows if of == record}
        if best < 0.9 * record_before:
            assert not found
            continue
        assert found <= holders and len(found) == min(3, len(holders))
        for isrc in found:
            row = rows[record, isrc]
            held = before[isrc] == record_before
            state = "extended" if held else "broken"
            if best <= record_before:
                state = "equalled" if best == record_before else "near"
            assert (row["figure"], row["record_before"]) == (best, record_before)
            assert (row["state"], row["holders"]) == (state, len(holders))
    assert rows
