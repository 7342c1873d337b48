"""The columns of files that name no chart."""

from __future__ import annotations

import pytest

from etl.errors import InvalidRawFile
from etl.sources.chart_columns import read_header


@pytest.mark.parametrize(
    ("header", "finding"),
    [
        ("date,country,rank,artist_name", "it seems to be an artist chart"),
        ("date,country,rank,album_name,artists", "it seems to be an album chart"),
    ],
)
def test_a_table_without_chart_and_addresses_is_refused_as_what_it_seems_to_be(header, finding):
    with pytest.raises(InvalidRawFile) as refused:
        read_header(iter([header.split(",")]), header, None)
    assert refused.value.offenders == (f"{finding}; state which with chartlake land --chart",)
