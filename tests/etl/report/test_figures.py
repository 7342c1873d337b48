"""What the page is given about a chart: what its figures draw, and records in words."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date, timedelta

import pytest

from etl.report.columns import family_lines, small_line
from etl.report.figures import figures
from etl.report.findings import ChartFindings
from etl.report.page import record_sentence


@pytest.mark.parametrize(
    ("positions", "letters"),
    [([1, 200, None, 1], "A9.A"), ([1], "A"), ([None, 250, 100], ".9e"), ([], "")],
)
def test_a_small_line_has_a_letter_for_each_period_and_a_dot_where_it_breaks(positions, letters):
    assert small_line(positions, 200) == letters


def test_charts_of_a_family_share_the_median_of_the_days_that_three_of_them_have():
    first, week = date(2026, 1, 1), timedelta(days=7)
    charts = [{"lines": {"churn": (first, [0, 7, 14], [9, one, 2 * one])}} for one in (10, 20, 60)]
    charts[0]["lines"] = {"churn": (first + week, [0, 7], [10, 20])}
    assert family_lines(charts) == {"churn": (first + week, [0, 7], [20, 40])}
    assert family_lines(charts[:2]) == {}


def test_figures_have_no_values_of_their_own():
    assert all("data" not in figure for figure in figures().values())


def record(name, state, song, holders=1, before=9):
    words = {"record": name, "state": state, "song_name": song, "artist_credit": "Ann"}
    return words | {"figure": 1000, "record_before": before, "holders": holders}


def test_a_record_of_several_is_one_sentence_and_a_record_of_many_is_none():
    rows = [
        record("most periods on the chart", "broken", "Sun", 2),
        record("most periods on the chart", "broken", "<Moon>", 2),
        record("most periods at number one", "equalled", "Sea", 4),
        record("highest debut", "equalled", "Sky", before=1),
        record("most entries of an artist in a period", "near", None),
    ]
    answers = defaultdict(list, record_watch=rows)
    chart = ChartFindings("regional-us-weekly", "Top Songs", None, None, None, answers)
    sentences = [re.sub("<[^>]*>", "", record_sentence(one, "week")) for one in chart.records]
    assert sentences == [
        "New record: most weeks on the chart, 1,000 · Sun by Ann; &lt;Moon&gt; by Ann (9 before)",
        "Close to a record: most entries of an artist in a week, 1,000 · Ann (9 before)",
    ]
