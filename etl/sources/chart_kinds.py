"""The kinds of chart: what their entries are.

The id of a chart of Spotify's site says so: `artist-global-weekly` is a chart of artists.
"""

from __future__ import annotations

import re
from typing import Literal

Kind = Literal["song", "artist", "album"]

_OTHER_THAN_SONGS = re.compile(r"(artist|album)-.+-(?:daily|weekly)")


def kind_of(chart_id: str) -> Kind:
    """The kind of the chart with that id; a chart that does not state another is one of songs."""
    match = _OTHER_THAN_SONGS.fullmatch(chart_id)
    if not match:
        return "song"
    return kind_of_address(match[1])


def kind_of_address(word: str) -> Kind:
    """The kind of what a Spotify address names, by the word in it: track, artist or album."""
    if word == "artist":
        return "artist"
    return "album" if word == "album" else "song"


def with_article(kind: str) -> str:
    """The kind with its article, as in "an artist chart"."""
    return f"{'an' if kind[0] == 'a' else 'a'} {kind}"
