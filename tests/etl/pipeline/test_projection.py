"""The months that Athena derives for a table are compared with those of the lake."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from etl.aws.catalog import CatalogTable
from etl.pipeline.projection import projection_differences
from tests.support.templates import Template

NOW = datetime(2026, 3, 15, tzinfo=UTC)
MONTHS = ["2026-01", "2026-02"]
PLACE = "s3://music/transformed_data/song_data"


def table(**changes):
    """The table of songs as the template describes it, but for some properties; None is unset."""
    (declared,) = (
        one["TableInput"]
        for one in Template.filled().of_type("AWS::Glue::Table").values()
        if one["TableInput"]["Name"] == "song_data"
    )
    given = declared["Parameters"]
    for name, value in changes.items():
        given[name if "." in name else f"projection.snapshot_month.{name}"] = value
    set_ones = {name: value for name, value in given.items() if value is not None}
    shown = CatalogTable("song_data", "", {}, {}, f"{PLACE}/", "", "", "", {}, {})
    return replace(shown, properties=set_ones)


def differences(**changes):
    return list(projection_differences(table(**changes), MONTHS, NOW))


GOOD = [
    {},
    {"range": "2026-01,2026-02"},
    {"range": " NOW - 2 MONTHS , NOW + 1 YEAR "},
    {"range": "NOW-3YEARS,NOW"},
    {"range": "NOW-999999999WEEKS,NOW+999999999YEARS"},
    {"type": " DATE "},
    {"interval": None, "interval.unit": None},
    {"projection.snapshot_month.interval.unit": "months"},
    {"type": "enum", "values": "2025-12,2026-01,2026-02"},
    {"storage.location.template": f"{PLACE}/snapshot_month=${{snapshot_month}}/"},
]
BAD = [
    ({"range": "2026-02,NOW"}, "does not show 2026-01. Update the stack with an earlier Fir"),
    ({"range": "2020-01,2026-01"}, "does not show 2026-02. Update the stack with the templ"),
    ({"range": "NOW-1MONTH,NOW"}, "does not show 2026-01. Update the stack with an earlier Fi"),
    ({"range": "NOW-20DAYS,NOW"}, "does not show 2026-01. Update the stack with an earlier Fi"),
    ({"range": "2020-01,NOW-2MONTHS"}, "does not show 2026-02."),
    ({"range": "2017,NOW"}, "has projection.snapshot_month.range 2017,NOW, which is no range"),
    ({"range": "2017-13,NOW"}, "has projection.snapshot_month.range 2017-13,NOW, which is no"),
    ({"range": None}, "has projection.snapshot_month.range unset, which is no range"),
    ({"format": "yyyy-MM-dd"}, "has projection.snapshot_month.format yyyy-MM-dd, not yyyy-MM."),
    ({"interval": "2"}, "has projection.snapshot_month.interval 2, not 1."),
    (
        {"projection.snapshot_month.interval.unit": "YEARS"},
        "has projection.snapshot_month.interval.unit YEARS, not MONTHS.",
    ),
    ({"type": "injected"}, "has projection.snapshot_month.type injected, not date."),
    ({"type": "enum", "values": "2026-02, 2026-01"}, "does not show 2026-01. Update the stack"),
    (
        {"storage.location.template": f"{PLACE}/${{snapshot_month}}/"},
        f"has storage.location.template {PLACE}/${{snapshot_month}}, not {PLACE}/snapshot_mo",
    ),
]


@pytest.mark.parametrize("changes", GOOD, ids=str)
def test_what_shows_every_month_is_right(changes):
    assert differences(**changes) == []


@pytest.mark.parametrize(("changes", "sentence"), BAD, ids=str)
def test_what_hides_a_month_is_said(changes, sentence):
    (found,) = differences(**changes)
    assert found.startswith(f"song_data {sentence}")
