"""A playlist, every page of it, as it was at one moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from etl.errors import SourceUnavailable
from etl.spotify.refusals import Wanted, unexpected

JsonObject = dict[str, Any]
# Asks for the playlist object, or for a page of its contents.
Ask = Callable[..., JsonObject]

_PAGE_SIZE = 50
_MOST_PAGES = 1000
_TAKES = 3
# The pages hold the contents, and links to images end within a day.
_LEFT_OUT = {"items", "tracks", "images"}


@dataclass(frozen=True, slots=True)
class Playlist:
    """A playlist in Spotify's own words: what it is, and every page of what it holds."""

    metadata: JsonObject
    pages: tuple[JsonObject, ...]

    @property
    def entries(self) -> int:
        """How many entries the pages hold."""
        return sum(len(page["items"]) for page in self.pages)

    @property
    def is_whole(self) -> bool:
        """Whether the pages hold as many entries as each of them says there are."""
        return all(page.get("total", self.entries) == self.entries for page in self.pages)


def take_playlist(wanted: Wanted, ask_playlist: Ask, ask_items: Ask) -> Playlist:
    """The playlist whole, and unchanged from its first page to its last.

    Raises SourceUnavailable where it was edited, or came short, each time.
    """
    for _ in range(_TAKES):
        playlist = _take(wanted, ask_playlist, ask_items)
        if playlist.is_whole and _is_unchanged(ask_playlist, playlist):
            return playlist
    raise SourceUnavailable(
        f"The playlist of {wanted.name} was being edited while it was read, {_TAKES} times in a"
        f" row; {wanted.outcome}. Run again in a few minutes."
    )


def _take(wanted: Wanted, ask_playlist: Ask, ask_items: Ask) -> Playlist:
    shown = ask_playlist()
    metadata = {name: shown[name] for name in shown if name not in _LEFT_OUT}
    return Playlist(metadata, tuple(_pages(wanted, ask_items)))


def _pages(wanted: Wanted, ask_items: Ask) -> Iterator[JsonObject]:
    offset = 0
    for _ in range(_MOST_PAGES):
        page = ask_items(limit=_PAGE_SIZE, offset=offset)
        if not isinstance(page.get("items"), list):
            raise unexpected(wanted, "a page without items")
        yield page
        if page.get("next") is None:
            return
        offset = _next_offset(wanted, page, offset)
    raise unexpected(wanted, f"more than {_MOST_PAGES} pages")


# Following the link itself would send the token wherever it leads.
def _next_offset(wanted: Wanted, page: JsonObject, offset: int) -> int:
    given = parse_qs(urlsplit(str(page["next"])).query).get("offset", [""])[-1]
    if not given.isdecimal() or int(given) <= offset:
        raise unexpected(wanted, "a page whose next page does not come after it")
    return int(given)


def _is_unchanged(ask_playlist: Ask, playlist: Playlist) -> bool:
    before = playlist.metadata.get("snapshot_id")
    return bool(ask_playlist(fields="snapshot_id").get("snapshot_id", before) == before)
