"""Questions about a time."""

from __future__ import annotations

import pytest

from tests.support.asking import answers


def plain(message: str) -> str:
    """The words of a message, without the frame around them."""
    return " ".join(message.replace("│", " ").split())


def test_time_is_limited_by_days_or_years(chartlake):
    inside = answers(chartlake, "churn", "--since", "2026-01-20", "--until", "2026-01-31")
    assert {row["period_end"] for row in inside} == {"2026-01-22", "2026-01-29"}
    assert answers(chartlake, "churn", "--until", "2025") == []
    assert answers(chartlake, "churn", "--until", "2026") == answers(chartlake, "churn")


def test_a_month_is_its_first_day_for_since_and_its_last_for_until(chartlake):
    january = answers(chartlake, "churn", "--since", "2026-01", "--until", "2026-01")
    assert january == answers(chartlake, "churn", "--until", "2026-01-31")
    assert max(row["period_end"] for row in january) == "2026-01-29"
    later = answers(chartlake, "churn", "--since", "2026-02")
    assert later == answers(chartlake, "churn", "--since", "2026-02-01")
    assert {row["period_end"] for row in later} == {"2026-02-05"}
    assert answers(chartlake, "churn", "--until", "2024-02") == []


@pytest.mark.parametrize("date", ["yesterday", "2026-13", "2026-02-30", "20260131", "0000"])
def test_what_is_not_a_date_is_refused_in_a_sentence(chartlake, date):
    status, output, message = chartlake("ask", "churn", "--since", date)
    assert (status, output) == (2, "")
    assert f"{date!r} is not a date. Give a day, a month or a year" in plain(message)


def test_a_time_that_ends_before_it_begins_is_refused(chartlake):
    status, output, message = chartlake("ask", "churn", "--since", "2026", "--until", "2025")
    assert (status, output) == (2, "")
    assert message == "--since 2026-01-01 is after --until 2025-12-31.\n"


def test_a_note_says_what_a_time_leaves_out_where_the_figures_stay_the_same(chartlake):
    output = chartlake("ask", "longest-runs", "--since", "2026-01-20", "--until", "2026-02")[1]
    assert (
        "\nWith --since, runs that ended before this day are left out; the figures stay the same."
        "\nWith --until, runs that began after this day are left out; the figures stay the same.\n"
    ) in output
    assert "With --" not in chartlake("ask", "longest-runs")[1]
    assert "With --" not in chartlake("ask", "year-end", "--since", "2026-01-20")[1]
    output = chartlake("ask", "where-is", "--song", "Song 7", "--since", "2026-01-20")[1]
    assert "\nWith --since, charts that the song left before this day are left out.\n" in output


def test_a_question_about_the_whole_history_refuses_a_time(chartlake):
    status, output, message = chartlake("ask", "chart-records", "--since", "2026")
    assert (status, output) == (2, "")
    assert message == (
        "chart-records is about whole charts; it cannot be asked for a time with --since.\n"
    )


def test_the_latest_period_of_a_time_is_the_latest_that_ends_in_it(chartlake):
    found = answers(chartlake, "this-week", "--until", "2026-01-20")
    days = {(row["chart_id"], row["period_end"]) for row in found}
    assert days == {
        ("regional-de-weekly", "2026-01-08"),
        ("regional-global-weekly", "2026-01-15"),
    }
