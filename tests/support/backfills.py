"""A made-up backfill: raw files of every kind, some of which meet in one partition."""

from __future__ import annotations

import gzip

from tests.support import made_up
from tests.support.small_lakes import chart_body, chart_name, history, playlist_body, playlist_name

# Of one chart and month: three days in one raw file.
MONTH = "regional-xx-weekly-2026-01.csv"


def backfill(weeks: int = 8) -> dict[str, bytes]:
    """Raw files by name, which others replace, outrank or repeat; and some that are none."""
    days = ("2026-01-01", "2026-01-08", "2026-01-09")
    rows = [
        made_up.chart_row(rank, 40 + rank) | {"date": day, "region": "xx"}
        for day in days
        for rank in (1, 2, 3)
    ]
    table = made_up.chart_file(rows, f"date,region,{made_up.WEEKLY}", bom=False, newline="\n")
    return history(weeks) | {
        MONTH: table,
        # Each is of a partition that other names state, too.
        "Copy of " + chart_name(1): chart_body(30),
        chart_name(2, "yy") + ".gz": gzip.compress(chart_body(31), mtime=0),
        # Neither name states the chart. The first has the moment of another file.
        "again " + playlist_name(3): playlist_body(3, first=50),
        "spotify_raw_2026-01-20 18:24:36.954996.json": playlist_body(4, first=60),
        # The name states another chart than the content.
        "spotify_raw_another_20260120T080000Z.json": playlist_body(9, first=70),
        "nothing.json": b"{",
        chart_name(0, "zz"): b"rank,uri\n",
    }
