"""Lifecycle rules, by which S3 deletes and archives objects by itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

# Objects of these classes cannot be read before they are restored.
_ARCHIVES = {"GLACIER", "DEEP_ARCHIVE"}


@dataclass(frozen=True, slots=True)
class LifecycleRule:
    """What happens to objects whose keys begin with the prefix, or, by tag or size, to some.

    `version_days` is after how many days all earlier versions are deleted, if they are.
    """

    name: str
    prefix: str
    is_for_some: bool
    deletes: bool
    archives: bool
    version_days: int | None

    def concerns_any(self, folders: Iterable[str]) -> bool:
        """Whether objects in one of the folders may be among those."""
        return any(
            folder.startswith(self.prefix) or self.prefix.startswith(folder) for folder in folders
        )

    def concerns_all(self, folder: str) -> bool:
        """Whether all objects in the folder are among those."""
        return folder.startswith(self.prefix) and not self.is_for_some


def read_rule(shown: Any) -> LifecycleRule:
    """A rule as S3 shows it."""
    given = shown.get("Filter") or {}
    both = {**given, **given.get("And", {})}
    prefix = both.get("Prefix") or shown.get("Prefix") or ""
    replaced = shown.get("NoncurrentVersionExpiration", {})
    keeps_some = bool(replaced.get("NewerNoncurrentVersions"))
    return LifecycleRule(
        name=shown.get("ID") or "without a name",
        prefix=prefix,
        is_for_some=bool(both.keys() - {"Prefix", "And"}),
        deletes=bool(shown.get("Expiration", {}).keys() & {"Days", "Date"}),
        archives=any(one.get("StorageClass") in _ARCHIVES for one in shown.get("Transitions", ())),
        version_days=None if keeps_some else replaced.get("NoncurrentDays"),
    )
