"""The homes of artists in the mirror are those of the references in the lake."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from etl.lake import open_lake
from etl.lake.layout import REFERENCE
from etl.mirror.homes import home_references
from etl.mirror.refresh import refresh
from etl.sources.musicbrainz import home_market
from etl.sources.references import Answer, Reference, write_reference
from tests.support.small_lakes import query_rows

HOMES = "select artist_id, home_market from artist_homes order by artist_id"


@pytest.fixture
def lake(tmp_path):
    return open_lake(str(tmp_path / "lake"))


@pytest.fixture
def homes(lake, tmp_path):
    """Returns the homes in the mirror after a refresh."""

    def refreshed():
        refresh(lake, tmp_path / "mirror.duckdb", homes=home_references(lake))
        return query_rows(tmp_path / "mirror.duckdb", HOMES)

    return refreshed


def said(lake, day: int, **countries: str | None) -> str:
    """Keep what MusicBrainz says about artists; returns the key of the reference."""
    answers = tuple(
        Answer(artist, {"url": {}, "artist": {"country": country}} if country else None)
        for artist, country in countries.items()
    )
    moment = datetime(2026, 11, day, tzinfo=UTC)
    return write_reference(lake, Reference("musicbrainz", "artist", moment, answers))


def test_a_refresh_takes_in_what_musicbrainz_said_since_the_last_one(lake, homes):
    assert homes() == []
    said(lake, 1, a="JP", b="XW", c=None)
    assert homes() == [("a", "jp")]
    said(lake, 2, d="KR")
    assert homes() == [("a", "jp"), ("d", "kr")]


def test_the_latest_answer_about_an_artist_wins_whatever_came_first(lake, homes):
    said(lake, 2, a="SE")
    assert homes() == [("a", "se")]
    said(lake, 1, a="NO")
    assert homes() == [("a", "se")]


def test_homes_of_a_deleted_reference_are_deleted(lake, homes):
    key = said(lake, 1, a="JP")
    said(lake, 2, b="KR")
    homes()
    lake.delete(key)
    assert homes() == [("b", "kr")]


def test_a_refresh_without_news_reads_no_reference(lake, homes, monkeypatch):
    said(lake, 1, a="JP")
    homes()
    monkeypatch.setattr("etl.mirror.homes.read_reference", None)
    assert homes() == [("a", "jp")]


def test_a_new_mirror_has_all_homes_without_being_told_to(lake, tmp_path):
    said(lake, 1, a="JP")
    refresh(lake, tmp_path / "mirror.duckdb")
    assert query_rows(tmp_path / "mirror.duckdb", HOMES) == [("a", "jp")]


def test_spotify_and_tracks_say_nothing_about_homes(lake, homes):
    answer = Answer("a", {"artist": {"country": "JP"}})
    moment = datetime(2026, 11, 1, tzinfo=UTC)
    write_reference(lake, Reference("spotify", "artist", moment, (answer,)))
    assert homes() == []
    assert [one.key for one in lake.list(REFERENCE)]


@pytest.mark.parametrize(
    ("artist", "home"),
    [
        ({"country": "GB", "area": {"name": "London"}}, "gb"),
        ({"country": None, "area": {"iso-3166-1-codes": ["KR"]}}, "kr"),
        ({"country": "XW"}, None),
        ({"country": None, "area": None}, None),
        ({}, None),
    ],
)
def test_the_home_of_an_artist_is_a_country(artist, home):
    assert home_market({"artist": artist}) == home
