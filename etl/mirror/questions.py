"""The questions that can be asked by name: the reports in `sql/reports`, by topic."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from etl.database import models

TOPICS = {
    "This week": (
        *("this_week", "newcomers", "biggest_moves", "records", "record_watch"),
        *("years_ago", "coverage"),
    ),
    "Number ones and records": (
        *("number_ones", "most_periods_at_one", "longest_runs", "chart_records"),
    ),
    "Years and volume": (
        *("year_end", "year_comparison", "newcomers_by_year", "thresholds", "chart_totals"),
    ),
    "Seasons": ("calendar_profile", "season_returns", "seasonal_returns"),
    "Songs": ("song_life", "song_beside_year", "trajectories", "song_trends", "music_by_year"),
    "Artists": (
        *("artist_career", "collaborators", "comebacks", "one_hit_wonders"),
        *("artist_histories", "artist_shares"),
    ),
    "Genres and labels": ("genre_shares", "genres_by_year", "label_shares", "owner_shares"),
    "How the chart changes": (
        *("churn", "concentration", "concentration_by_year", "debut_at_peak"),
        *("half_life", "survival", "survival_by_year"),
    ),
    "Across markets": (
        *("where_is", "song_spread", "song_reach", "leading_markets", "early_charts"),
        *("market_songs", "market_similarity", "market_convergence"),
        *("local_artists", "exporters", "genres_by_market"),
    ),
}
_VARIABLE = re.compile(r"^-- variable ([a-z_]+): (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Question:
    """A question: its name, as it is asked, what it answers, its select, and what can limit it.

    `variables` are those that the select reads, each with what its comment says about it.
    """

    name: str
    topic: str
    help: str
    sql: str
    variables: Mapping[str, str]


def questions() -> dict[str, Question]:
    """All questions by name, topic by topic."""
    selects = models("reports")
    return {
        _name(report): _question(report, topic, selects[report])
        for topic, reports in TOPICS.items()
        for report in reports
    }


def find_question(name: str) -> Question | None:
    """The question of that name, with hyphens or underscores."""
    return questions().get(_name(name))


def close_names(name: str) -> list[str]:
    """The names of questions that are spelled alike, or contain the text."""
    names = list(questions())
    wanted = _name(name)
    return [one for one in names if wanted in one] or get_close_matches(wanted, names, cutoff=0.5)


def described_variables(select: str) -> dict[str, str]:
    """The variables that the comment of a report describes."""
    return dict(_VARIABLE.findall(select))


def _question(report: str, topic: str, select: str) -> Question:
    return Question(_name(report), topic, _help(select), select, described_variables(select))


def _name(report: str) -> str:
    return report.strip().lower().removesuffix(".sql").replace("_", "-")


def _help(select: str) -> str:
    # Nearly every comment begins with the grain of its rows.
    sentence = select.split("\n", 1)[0].removeprefix("-- ").removeprefix("One row per ")
    return sentence[:1].upper() + sentence[1:]
