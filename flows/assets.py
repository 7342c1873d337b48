"""The three tables as Prefect assets, with the raw snapshots that they come from."""

from __future__ import annotations

import re
from collections.abc import Sequence

from prefect.assets import Asset, AssetProperties

from etl.lake.layout import PENDING, TABLES
from etl.pipeline.publish import Publication

_GRAINS = {
    "songs": "One row per entry of a snapshot.",
    "albums": "One row per album of a snapshot.",
    "artists": "One row per credited artist of a snapshot.",
}
# Deployments may start on these keys, so they are the same wherever the lake is.
ASSETS = tuple(
    Asset(
        key=f"chartlake://{table}",
        properties=AssetProperties(name=table, description=_GRAINS[table]),
    )
    for table in TABLES
)
_NOT_IN_KEYS = re.compile(r"[^\w./:+=,@~()-]")
# A Prefect server accepts a hundred resources an event, and some of them are its own.
_MOST = 50


def raw_assets(names: Sequence[str]) -> list[Asset | str]:
    """The raw files as assets; the zone that they are in where there are too many to name."""
    if len(names) > _MOST:
        return [Asset(key=f"chartlake://{PENDING.rstrip('/')}")]
    return [
        Asset(key=f"chartlake://raw_data/{_NOT_IN_KEYS.sub('_', name)[:400]}") for name in names
    ]


def describe_assets(lake: str, publication: Publication) -> None:
    """Add to each table's asset how many rows and snapshots were published, and in which lake."""
    for asset, table in zip(ASSETS, TABLES, strict=True):
        asset.add_metadata(
            {
                "lake": lake,
                "rows": publication.rows.get(table, 0),
                "snapshots": len(publication.snapshots),
            }
        )
