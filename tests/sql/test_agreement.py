"""Figures that Spotify reports in chart files, compared with those from our own history."""

from __future__ import annotations

import pytest

from demo.world import World
from tests.support.small_lakes import query_rows
from tests.support.world_mirrors import mirror_of_chart_files, report_rows

WORLD = World(40, size=100)
GAP = 20


@pytest.fixture(scope="module")
def mirror(tmp_path_factory):
    return mirror_of_chart_files(WORLD, tmp_path_factory.mktemp("complete"))


@pytest.fixture(scope="module")
def mirror_with_gaps(tmp_path_factory):
    """The same history without its first five weeks, and without one week in the middle."""
    folder = tmp_path_factory.mktemp("gaps")
    return mirror_of_chart_files(WORLD, folder, without=(*range(5), GAP))


def agreements(mirror):
    rows = query_rows(mirror, "select figure, compared, agreeing, unexplained from rank_agreement")
    return {figure: tuple(counts) for figure, *counts in rows}


@pytest.mark.slow
def test_a_complete_history_agrees_with_spotify(mirror):
    for figure, (compared, agreeing, unexplained) in agreements(mirror).items():
        assert agreeing / compared >= 0.98, figure
        assert unexplained == 0


def test_every_entry_after_the_first_week_is_compared(mirror):
    compared = agreements(mirror)["previous"][0]
    assert compared == sum(len(WORLD.chart(week)) for week in range(1, WORLD.weeks))


@pytest.mark.slow
def test_differences_due_to_gaps_have_their_own_causes(mirror_with_gaps):
    causes = dict(
        query_rows(
            mirror_with_gaps,
            "select cause, count(*) from rank_comparison group by all order by all",
        )
    )
    assert set(causes) <= {
        *("agree", "history starts later", "history has gaps", "uri changed", "re-entry"),
        "not reported",
    }
    assert causes["history starts later"] and causes["history has gaps"]
    previous = "select agreement from rank_agreement where figure = 'previous'"
    assert query_rows(mirror_with_gaps, previous)[0][0] >= 0.98


def test_a_song_with_a_new_id_continues_its_run(mirror):
    ((matched, continued),) = query_rows(
        mirror,
        "select count(*), count(*) filter (where status in ('UP', 'DOWN', 'SAME')) from movements"
        " where matched_by = 'recording'",
    )
    assert matched > 0
    assert matched == continued


def test_a_gap_is_listed_and_interrupts_weeks_at_number_one(mirror_with_gaps):
    missing = [
        row for row in report_rows(mirror_with_gaps, "coverage") if row["state"] == "missing"
    ]
    assert [row["period_end"] for row in missing] == [WORLD.week_end(GAP)]
    rows = {row["period_end"]: row for row in report_rows(mirror_with_gaps, "number_ones")}
    assert rows[WORLD.week_end(GAP + 1)]["in_a_row"] == 1


def test_chart_files_provide_streams_and_labels(mirror):
    entries = WORLD.chart(0)
    total = sum(entry.streams for entry in entries)
    (row, *_) = report_rows(mirror, "concentration")
    top_ten_share = sum(entry.streams for entry in entries[:10]) / total
    assert row["top_ten_share"] == pytest.approx(top_ten_share)
    labels = {row["label"] for row in report_rows(mirror, "label_shares")}
    assert labels == {
        entry.track.album.label for week in range(WORLD.weeks) for entry in WORLD.chart(week)
    }
