"""Chart names: what the id of a chart says, and nothing that it does not say."""

from __future__ import annotations

import pytest

from etl.settings import WEEKLY_TOP_SONGS_GLOBAL
from etl.sources.chart_names import ChartProperties, chart_name, chart_properties

PLAYLIST = "37i9dQZEVXbMDoHDwVN2tF"


@pytest.mark.parametrize(
    ("chart_id", "kind", "family", "market", "name"),
    [
        ("regional-us-weekly", "song", "regional", "us", "Top Songs · United States · weekly"),
        ("regional-global-daily", "song", "regional", "global", "Top Songs · Global · daily"),
        ("regional-uk-daily", "song", "regional", "gb", "Top Songs · United Kingdom · daily"),
        ("viral-br-daily", "song", "viral", "br", "Viral Songs · Brazil · daily"),
        ("artist-kr-weekly", "artist", "artist", "kr", "Top Artists · South Korea · weekly"),
        ("album-hk-weekly", "album", "album", "hk", "Top Albums · Hong Kong · weekly"),
    ],
)
def test_the_id_of_a_chart_of_a_market_says_everything(chart_id, kind, family, market, name):
    cadence = chart_id.rpartition("-")[2]
    assert chart_properties(chart_id) == ChartProperties(
        chart_id, name, kind, family, market, None, cadence, "spotify-charts"
    )


@pytest.mark.parametrize(
    ("chart_id", "family", "place", "name"),
    [
        ("citytoptrack-lima-weekly", "city", "lima", "Top Songs · Lima · weekly"),
        (
            "citytoptrack-mexico-city-weekly",
            "city",
            "mexico-city",
            "Top Songs · Mexico City · weekly",
        ),
        (
            "citypulsetrack-sao-paulo-weekly",
            "pulse",
            "sao-paulo",
            "Local Pulse · Sao Paulo · weekly",
        ),
        ("genre-hip-hop-weekly", "genre", "hip-hop", "Top Songs · Hip Hop · weekly"),
        # Georgia the state or the country: the id does not say.
        ("genre-georgia-weekly", "genre", "georgia", "Top Songs · Georgia · weekly"),
    ],
)
def test_the_id_of_a_city_or_genre_says_no_market(chart_id, family, place, name):
    assert chart_properties(chart_id) == ChartProperties(
        chart_id, name, "song", family, None, place, "weekly", "spotify-charts"
    )


def test_a_market_that_is_none_stays_as_the_id_has_it():
    known = chart_properties("regional-zz-weekly")
    assert (known.market, known.chart_name) == (None, "Top Songs · zz · weekly")


def test_a_playlist_has_its_own_name_and_the_id_says_the_rest():
    assert chart_properties(PLAYLIST, "Mine") == ChartProperties(
        PLAYLIST, "Mine", "song", "playlist", source="spotify-web-api"
    )


def test_the_default_chart_has_a_name_and_its_own_one_outranks_it():
    assert chart_name(WEEKLY_TOP_SONGS_GLOBAL) == "Top Songs - Global"
    assert chart_name(WEEKLY_TOP_SONGS_GLOBAL, "Top Songs Global") == "Top Songs Global"


def test_a_playlist_whose_name_is_not_known_is_shown_by_its_id():
    assert (chart_properties(PLAYLIST).family, chart_name(PLAYLIST)) == ("playlist", PLAYLIST)


@pytest.mark.parametrize(
    "chart_id",
    ["my-chart", "regional-us", "regional-weekly", "regional-us-monthly", "radio-us-weekly"],
)
def test_an_id_of_no_known_form_says_nothing(chart_id):
    assert chart_properties(chart_id) == ChartProperties(chart_id, chart_id)


def test_a_chart_file_is_not_renamed_by_what_else_calls_it():
    assert chart_name("regional-us-weekly", "Another") == "Top Songs · United States · weekly"
