"""Rebuild: write the published files again from the archived raw files."""

from __future__ import annotations

from collections.abc import Collection

from etl.lake import Lake
from etl.lake.intents import declare, read_intents
from etl.lake.layout import Partition
from etl.pipeline.batch import Progress
from etl.pipeline.restore import Rebuilt
from etl.pipeline.unfinished import carry_out_rebuild, finish_purges, rebuild_intent


def rebuild(
    lake: Lake,
    file_format: str,
    *,
    only: Collection[Partition] | None = None,
    progress: Progress | None = None,
) -> Rebuilt:
    """Write every partition, or `only` these, again from the archive.

    It is safe to run this again after it died; the next run of any kind finishes it.
    """
    finish_purges(lake, file_format, read_intents(lake))
    intent = rebuild_intent(only)
    declare(lake, intent)
    return carry_out_rebuild(lake, file_format, intent, progress)
