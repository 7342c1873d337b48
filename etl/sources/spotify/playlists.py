"""Playlists, with every page, as they were at one moment."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from etl.errors import ServiceUnavailable
from etl.sources.spotify.failures import Subject, unexpected

JsonObject = dict[str, Any]
# Requests the playlist object, or a page of its contents.
Ask = Callable[..., JsonObject]

_PAGE_SIZE = 50
_MOST_PAGES = 1000
_ATTEMPTS = 3
# The pages hold the contents, and links to images expire within a day.
_LEFT_OUT = {"items", "tracks", "images"}


@dataclass(frozen=True, slots=True)
class Playlist:
    """A playlist as Spotify sends it: what it is, and every page of its contents."""

    metadata: JsonObject
    pages: tuple[JsonObject, ...]

    @property
    def entries(self) -> int:
        """How many entries the pages hold."""
        return sum(len(page["items"]) for page in self.pages)

    @property
    def is_complete(self) -> bool:
        """Whether the pages hold as many entries as each of them says there are, if it says so."""
        return all(page.get("total") in (None, self.entries) for page in self.pages)


def read_playlist(subject: Subject, ask_playlist: Ask, ask_items: Ask) -> Playlist:
    """The playlist, complete and unchanged from its first page to its last.

    Raises ServiceUnavailable where it was edited, or came short, at each attempt.
    """
    for _ in range(_ATTEMPTS):
        playlist = _read(subject, ask_playlist, ask_items)
        if playlist.is_complete and _is_unchanged(ask_playlist, playlist):
            return playlist
    raise ServiceUnavailable(
        f"The playlist of {subject.name} was edited while it was read, {_ATTEMPTS} times in a"
        f" row; {subject.outcome}. Run again in a few minutes.",
        service="Spotify",
    )


def _read(subject: Subject, ask_playlist: Ask, ask_items: Ask) -> Playlist:
    shown = ask_playlist()
    metadata = {name: shown[name] for name in shown if name not in _LEFT_OUT}
    return Playlist(metadata, tuple(_pages(subject, ask_items)))


def _pages(subject: Subject, ask_items: Ask) -> Iterator[JsonObject]:
    offset = 0
    for _ in range(_MOST_PAGES):
        page = ask_items(limit=_PAGE_SIZE, offset=offset)
        if not isinstance(page.get("items"), list):
            raise unexpected(subject, "a page without items")
        yield page
        if page.get("next") is None:
            return
        offset = _next_offset(subject, page, offset)
    raise unexpected(subject, f"more than {_MOST_PAGES} pages")


# Following the link itself would send the token wherever it leads.
def _next_offset(subject: Subject, page: JsonObject, offset: int) -> int:
    given = parse_qs(urlsplit(str(page["next"])).query).get("offset", [""])[-1]
    if not re.fullmatch("[0-9]{1,9}", given) or int(given) <= offset:
        raise unexpected(subject, "a page whose next page does not come after it")
    return int(given)


def _is_unchanged(ask_playlist: Ask, playlist: Playlist) -> bool:
    before = playlist.metadata.get("snapshot_id")
    return bool(ask_playlist(fields="snapshot_id").get("snapshot_id", before) == before)
