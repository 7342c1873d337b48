"""The three tables as Prefect assets, with the raw snapshots that they come from."""

from __future__ import annotations

import re
from collections.abc import Sequence

from prefect.assets import Asset, AssetProperties

from etl.publish import Published
from etl.snapshot import PENDING, TABLES

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
# A Prefect server takes a hundred resources an event, of which some are its own.
_MOST = 50


def raw_assets(names: Sequence[str]) -> list[Asset | str]:
    """The raw files as assets; where there are too many to name, the zone they lie in."""
    if len(names) > _MOST:
        return [Asset(key=f"chartlake://{PENDING.rstrip('/')}")]
    return [
        Asset(key=f"chartlake://raw_data/{_NOT_IN_KEYS.sub('_', name)[:400]}") for name in names
    ]


def describe_assets(lake: str, news: Published) -> None:
    """Say with each table how many rows and snapshots came to it, and in which lake."""
    for asset, table in zip(ASSETS, TABLES, strict=True):
        told = {"lake": lake, "rows": news.rows[table], "snapshots": len(news.snapshots)}
        asset.add_metadata(told)
