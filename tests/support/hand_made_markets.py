"""Charts of markets in mirrors that are made by hand, and what reports say about them."""

from __future__ import annotations

from datetime import date, timedelta

from etl.database import models
from tests.support.hand_made_mirrors import THURSDAY, HandMadeMirror


def put_charts(mirror: HandMadeMirror, cadence: str, first: date, **charts: str) -> None:
    """Charts of markets; a letter is a song, and a space without any a period that is missing.

    An underscore after the market's code is no part of it.
    """
    step = timedelta(weeks=1) if cadence == "weekly" else timedelta(days=1)
    for market, periods in charts.items():
        for number, songs in enumerate(periods.split(" ")):
            if songs:
                mirror.put(f"regional-{market.strip('_')}-{cadence}", first + number * step, songs)
    mirror.describe_charts()


def put_weeks(mirror: HandMadeMirror, **charts: str) -> None:
    """Weekly charts of markets from the first Thursday on."""
    put_charts(mirror, "weekly", THURSDAY, **charts)


def asked(mirror: HandMadeMirror, report: str, *columns: str) -> list[tuple]:
    """Columns of the rows of a report."""
    found: list[tuple] = mirror.execute(
        f"select {', '.join(columns)} from ({models('reports')[report]})"
    ).fetchall()
    return found


def ask_for_all_songs(mirror: HandMadeMirror) -> None:
    """Let the reports be about every song, by name."""
    mirror.execute("set variable recordings = (select list(recording_key) from known_recordings)")


def starts(mirror: HandMadeMirror) -> dict[str, list[object]]:
    """The first markets and days to the second one, by song; those in one market, too."""
    ask_for_all_songs(mirror)
    columns = ("recording_key[-1:]", "first_markets", "days_to_second")
    return {str(song): list(rest) for song, *rest in asked(mirror, "song_spread", *columns)}
