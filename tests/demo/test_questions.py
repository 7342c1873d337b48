"""The demo's lake answers the questions that can be asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from demo.markets import Markets
from demo.owners import write_label_owners
from demo.run import CHART, LABEL_OWNERS, MIRROR, add_past_weeks, demo_settings
from demo.web_api import Playlist, WebApi
from demo.world import World
from etl.mirror.answers import Answer, answer
from etl.mirror.limits import Choice
from etl.mirror.questions import questions
from tests.support.world_mirrors import mirror_of_chart_files

pytestmark = pytest.mark.slow

WEEKS = 8
# These compare with a year before, or with an absence of half a year and more.
ABOUT_YEARS = {
    *("years-ago", "year-comparison", "newcomers-by-year", "comebacks", "one-hit-wonders"),
    *("season-returns", "seasonal-returns"),
}


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The folder of a demo, before its last week."""
    folder = tmp_path_factory.mktemp("demo")
    playlist = Playlist("Top Songs - Global")
    with WebApi(World(WEEKS + 1), {CHART: playlist}) as web_api:
        web_api.week = WEEKS
        markets = Markets(web_api.world)
        write_label_owners(folder / LABEL_OWNERS)
        settings = demo_settings(web_api, folder)
        add_past_weeks(web_api, markets, settings, WEEKS, Console(quiet=True))
    return folder


def asked(folder: Path, question: str) -> Answer:
    """The answer of a demo, as a table has it."""
    return answer(
        folder / MIRROR,
        questions()[question],
        Choice(),
        one_chart=True,
    )


def column(found: Answer, name: str) -> list[Any]:
    """The values of a column."""
    index = found.rows.columns.index(name)
    return [row[index] for row in found.rows.rows]


@pytest.mark.parametrize("question", [name for name in questions() if name not in ABOUT_YEARS])
def test_a_few_weeks_answer_every_question_that_is_not_about_years(demo, question):
    assert asked(demo, question).rows.rows


def test_two_years_answer_the_questions_about_years(tmp_path):
    mirror = mirror_of_chart_files(World(110, size=50), tmp_path)
    for question in ABOUT_YEARS:
        assert answer(mirror, questions()[question], Choice()).rows.rows, question


def test_the_first_chart_has_streams_labels_and_genres(demo):
    for question in ("thresholds", "owner-shares", "genres-by-year"):
        found = asked(demo, question)
        assert [one.name for one in found.charts] == ["Top Songs · Global · weekly"]
        assert found.notes == ()
    shares = asked(demo, "owner-shares")
    owners = dict(zip(column(shares, "owner"), column(shares, "share"), strict=True))
    assert len(owners) > 2 and 0 < owners["unknown"] < 0.5


def test_homes_of_most_artists_are_known_in_all_markets(demo):
    found = asked(demo, "local-artists")
    assert len(found.rows.rows) == 8
    assert max(column(found, "unknown_share")) < 0.5
