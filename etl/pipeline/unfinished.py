"""Unfinished: carry out what a run that died has left."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext

from etl.errors import DamagedObject, NewerFormat
from etl.lake import Lake, StoredObject
from etl.lake.intents import Intent, read_intents, stated_partition, understood, withdraw
from etl.lake.layout import STATE, Partition
from etl.pipeline.batch import Progress
from etl.pipeline.purge import PurgePlan, carry_out
from etl.pipeline.restore import Rebuilt, restore_from_archive


def finish_unfinished(
    lake: Lake,
    file_format: str,
    *,
    writing: Callable[[], AbstractContextManager[None]] = nullcontext,
    listing: Sequence[str] = (),
) -> list[StoredObject]:
    """Carry out whatever runs have left unfinished; `writing` is entered if there is something.

    Returns what the lake holds by the prefixes `listing` afterwards, which saves a request.
    """
    listed = lake.list(*listing, STATE)
    if read_intents(lake, listed):
        with writing():
            # By now, the run that declared an intent may have ended.
            intents = read_intents(lake)
            finish_purges(lake, file_format, intents)
            finish_rebuilds(lake, file_format, intents)
        listed = lake.list(*listing, STATE)
    return listed


def finish_purges(lake: Lake, file_format: str, intents: Iterable[Intent]) -> None:
    """Carry out the purges among the intents."""
    for intent in intents:
        if intent.kind == "purge":
            carry_out(lake, PurgePlan.from_intent(intent), file_format)
            withdraw(lake, intent)


def finish_rebuilds(lake: Lake, file_format: str, intents: Iterable[Intent]) -> None:
    """Carry out the rebuilds among the intents."""
    for intent in intents:
        if intent.kind == "rebuild":
            carry_out_rebuild(lake, file_format, intent)


def rebuild_intent(only: Collection[Partition] | None) -> Intent:
    """The intent to rebuild every partition, or `only` these."""
    chosen = only if only is None else [[one.chart_id, one.month] for one in sorted(only)]
    return Intent("rebuild", {"partitions": chosen})


def carry_out_rebuild(
    lake: Lake, file_format: str, intent: Intent, progress: Progress | None = None
) -> Rebuilt:
    """Rebuild what the intent states, and withdraw it.

    It is withdrawn, too, where an object that is damaged, or of a newer version, makes that
    impossible: the next run would fail in the same way.
    """
    with understood(intent.key):
        chosen = intent.document["partitions"]
        only = None if chosen is None else [stated_partition(*one) for one in chosen]
    try:
        rebuilt = restore_from_archive(lake, file_format, only=only, progress=progress)
    except (DamagedObject, NewerFormat):
        withdraw(lake, intent)
        raise
    withdraw(lake, intent)
    return rebuilt
