"""The outside judge: Spotify's own figures in chart files against our own history."""

from __future__ import annotations

import pytest

from demo.world import World
from tests.support.small_lakes import ask
from tests.support.world_mirrors import answers, mirror_of_chart_files

WORLD = World(40, size=100)
GAP = 20


@pytest.fixture(scope="module")
def mirror(tmp_path_factory):
    return mirror_of_chart_files(WORLD, tmp_path_factory.mktemp("whole"))


@pytest.fixture(scope="module")
def broken(tmp_path_factory):
    """The same history without a week in its middle, and without its beginning."""
    folder = tmp_path_factory.mktemp("broken")
    return mirror_of_chart_files(WORLD, folder, left_out=(*range(5), GAP))


def agreement(mirror):
    rows = ask(mirror, "select figure, compared, agreeing, unexplained from rank_agreement")
    return {figure: tuple(counts) for figure, *counts in rows}


def test_a_whole_history_agrees_with_spotify(mirror):
    for figure, (compared, agreeing, unexplained) in agreement(mirror).items():
        assert agreeing / compared >= 0.98, figure
        assert unexplained == 0


def test_every_entry_with_a_period_before_is_compared(mirror):
    compared = agreement(mirror)["previous"][0]
    assert compared == sum(len(WORLD.chart(week)) for week in range(1, WORLD.weeks))


def test_what_a_broken_history_cannot_know_is_told_apart(broken):
    causes = dict(
        ask(broken, "select cause, count(*) from rank_comparison group by all order by all")
    )
    assert set(causes) <= {
        *("agree", "history starts later", "history has gaps", "uri changed", "re-entry"),
        "not reported",
    }
    assert causes["history starts later"] and causes["history has gaps"]
    previous = "select agreement from rank_agreement where figure = 'previous'"
    assert ask(broken, previous)[0][0] >= 0.98


def test_a_song_that_comes_back_under_another_id_goes_on_and_says_so(mirror):
    matched = ask(
        mirror,
        "select count(*), count(*) filter (where status in ('UP', 'DOWN', 'SAME')) from movements"
        " where matched_by = 'recording'",
    )
    assert matched[0][0] > 0
    assert matched[0][0] == matched[0][1]


def test_a_missing_week_is_missing_and_ends_a_reign(broken):
    missing = [row for row in answers(broken, "coverage") if row["state"] == "missing"]
    assert [row["period_end"] for row in missing] == [WORLD.week_end(GAP)]
    rows = {row["period_end"]: row for row in answers(broken, "number_ones")}
    assert rows[WORLD.week_end(GAP + 1)]["in_a_row"] == 1


def test_streams_and_labels_weigh_where_a_chart_file_tells_them(mirror):
    first = WORLD.chart(0)
    total = sum(entry.streams for entry in first)
    (row, *_) = answers(mirror, "concentration")
    top = sum(entry.streams for entry in first[:10]) / total
    assert row["top_ten_share"] == pytest.approx(top)
    labels = {row["label"] for row in answers(mirror, "label_shares")}
    assert labels == {e.track.album.label for week in range(40) for e in WORLD.chart(week)}
