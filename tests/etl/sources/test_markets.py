"""Markets: every spelling of a country is one market."""

from __future__ import annotations

import pycountry
import pytest

from etl.sources.markets import market_name, market_of


@pytest.mark.parametrize(
    ("text", "market"),
    [
        ("us", "us"),
        ("US", "us"),
        ("USA", "us"),
        ("United States", "us"),
        ("united-states", "us"),
        ("U.S.A.", "us"),
        ("uk", "gb"),
        ("UK", "gb"),
        ("Great Britain", "gb"),
        ("South Korea", "kr"),
        ("Korea, Republic of", "kr"),
        ("Republic of Korea", "kr"),
        ("Czech Republic", "cz"),
        ("Czechia", "cz"),
        ("Turkey", "tr"),
        ("Türkiye", "tr"),
        ("TURKIYE", "tr"),
        ("Taiwan", "tw"),
        ("Taiwan, Province of China", "tw"),
        ("Bolivia", "bo"),
        ("Bolivia, Plurinational State of", "bo"),
        ("Viet Nam", "vn"),
        ("Vietnam", "vn"),
        ("Hong Kong", "hk"),
        ("Macau", "mo"),
        ("Russia", "ru"),
        ("Bosnia and Herzegovina", "ba"),
        ("Cote d'Ivoire", "ci"),
        (" the  Netherlands ", "nl"),
        ("St Lucia", "lc"),
        ("Global", "global"),
        ("worldwide", "global"),
    ],
)
def test_a_market_is_known_by_its_code_and_by_each_of_its_names(text, market):
    assert market_of(text) == market


@pytest.mark.parametrize("text", ["", " ", "zz", "EU", "Korea", "Top 50", "nan", "840", "München"])
def test_a_text_that_names_no_single_market_names_none(text):
    assert market_of(text) is None


def test_each_country_is_found_by_its_code_and_by_the_name_that_is_shown_for_it():
    markets = [country.alpha_2.lower() for country in pycountry.countries]

    assert [market_of(market) for market in markets] == markets
    assert [market_of(market_name(market)) for market in markets] == markets


@pytest.mark.parametrize(
    ("market", "name"),
    [
        ("us", "United States"),
        ("gb", "United Kingdom"),
        ("kr", "South Korea"),
        ("hk", "Hong Kong"),
        ("ru", "Russia"),
        ("tw", "Taiwan"),
        ("bo", "Bolivia"),
        ("vn", "Vietnam"),
        ("global", "Global"),
    ],
)
def test_a_market_is_shown_by_the_short_name_that_people_use(market, name):
    assert market_name(market) == name
