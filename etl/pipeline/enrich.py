"""Enrich: learn what the snapshots lack, and apply it to what is published."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace

from etl.lake import Lake
from etl.mirror.homes import home_references
from etl.mirror.labels import listed_owners
from etl.mirror.refresh import refresh
from etl.pipeline.learn import Learned, learn
from etl.pipeline.rebuild import rebuild
from etl.pipeline.unfinished import finish_unfinished
from etl.settings import Settings

BUDGET = 200


def enrich(
    lake: Lake,
    settings: Settings,
    budget: int = BUDGET,
    *,
    writing: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> Learned:
    """Ask for what the published snapshots lack, rebuild their partitions, refresh the mirror.

    At most `budget` requests are made; `writing` is entered while the lake is written to. Raises
    the errors of `learn`, `rebuild` and `refresh`.
    """
    finish_unfinished(lake, settings.format, writing=writing)
    owners = listed_owners(settings.label_owners)
    refreshed = refresh(lake, settings.mirror, owners=owners)
    learned = learn(lake, settings, budget)
    unusable = {one.partition for one in refreshed.unusable}
    outdated = tuple(one for one in learned.partitions if one not in unusable)
    if outdated:
        with writing():
            rebuild(lake, settings.format, only=outdated)
    if outdated or learned.artists:
        refresh(lake, settings.mirror, homes=home_references(lake))
    return replace(learned, partitions=outdated, unusable=refreshed.unusable)
