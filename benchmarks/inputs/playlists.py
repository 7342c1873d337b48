"""Raw files of playlists: 50 tracks each, as large as the responses of the Web API were.

A track names the 185 markets in which it and its album are available. That is half of a file of
225 KB, and what a transformation has to get past.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import product
from pathlib import Path
from random import Random
from string import ascii_uppercase
from typing import Any

CHARTS = 70
TRACKS = 50
FIRST_DAY = datetime(2024, 1, 1, 6, tzinfo=UTC)

_MARKETS = ["".join(pair) for pair in product(ascii_uppercase, repeat=2)][::3][:185]
_WEB = "https://open.spotify.com"
_API = "https://api.spotify.com/v1"
_IMAGES = [
    {"height": size, "url": f"https://i.scdn.co/image/ab67616d{size:024x}", "width": size}
    for size in (640, 300, 64)
]
_TITLES = ("Paper Lanterns", "Olvídame, Balcón", "Minuit", "Kestrel & Crow", 'The "Quiet" Song')


def write_playlists(folder: Path, count: int, charts: int = CHARTS, hours: int = 24) -> None:
    """Write `count` raw files, one a chart every so many hours, as `chartlake` would name them."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        step, chart = divmod(number, charts)
        moment = FIRST_DAY + step * timedelta(hours=hours)
        name = f"spotify_raw_{chart_id(chart)}_{moment:%Y%m%dT%H%M%SZ}.json"
        folder.joinpath(name).write_text(response(chart, step), encoding="utf-8")


def chart_id(chart: int) -> str:
    """The id of a playlist, which has 22 characters as all ids have."""
    return f"playlist{chart:014d}"


def response(chart: int, day: int, tracks: int = TRACKS) -> str:
    """A page with the entries of a playlist on a day; about five of fifty are new in a week."""
    first = chart * 100_000 + day * TRACKS // 70
    songs = list(range(first, first + tracks))
    Random(songs[0]).shuffle(songs)  # noqa: S311
    added_at = f"{FIRST_DAY + timedelta(days=day):%Y-%m-%dT%H:%M:%SZ}"
    items = ", ".join(
        f'{{"added_at": "{added_at}", "added_by": {{"id": "", "type": "user"}}, "is_local": false,'
        f' "primary_color": null, "track": {_track(song)}, "video_thumbnail": {{"url": null}}}}'
        for song in songs
    )
    href = f"{_API}/playlists/{chart_id(chart)}/tracks?offset=0&limit=100"
    return (
        f'{{"href": "{href}", "items": [{items}], "limit": 100, "next": null, "offset": 0,'
        f' "previous": null, "total": {tracks}}}'
    )


# Charts follow each other day by day, so that the tracks of all of them are needed again.
@lru_cache(maxsize=2 * CHARTS * TRACKS)
def _track(song: int) -> str:
    artists = [_artist(song // 3)] + ([_artist(song // 3 + 7)] if song % 5 == 0 else [])
    track = {
        "album": _album(song, artists),
        "artists": artists,
        "available_markets": _MARKETS,
        "disc_number": 1,
        "duration_ms": 150_000 + song % 90_000,
        "episode": False,
        "explicit": song % 4 == 0,
        "external_ids": {"isrc": f"QZ{song:010d}"},
        **_object("track", song),
        "is_local": False,
        "name": _title(song),
        "popularity": song % 101,
        "preview_url": f"https://p.scdn.co/mp3-preview/{song:040x}",
        "track": True,
        "track_number": 1 + song % 12,
    }
    return json.dumps(track)


def _album(song: int, artists: list[dict[str, Any]]) -> dict[str, Any]:
    released = FIRST_DAY - timedelta(days=song % 2000)
    return {
        "album_type": "single" if song % 3 else "album",
        "artists": artists,
        "available_markets": _MARKETS,
        **_object("album", song // 2),
        "images": _IMAGES,
        "name": _title(song // 2),
        "release_date": f"{released:%Y-%m-%d}",
        "release_date_precision": "day",
        "total_tracks": 1 + song % 12,
    }


def _artist(number: int) -> dict[str, Any]:
    return {**_object("artist", number), "name": f"Artist {number}"}


def _object(kind: str, number: int) -> dict[str, Any]:
    identifier = f"{kind}{number:0{22 - len(kind)}d}"
    return {
        "external_urls": {"spotify": f"{_WEB}/{kind}/{identifier}"},
        "href": f"{_API}/{kind}s/{identifier}",
        "id": identifier,
        "type": kind,
        "uri": f"spotify:{kind}:{identifier}",
    }


def _title(number: int) -> str:
    return f"{_TITLES[number % len(_TITLES)]} {number}"


if __name__ == "__main__":
    write_playlists(Path(sys.argv[1]), *map(int, sys.argv[2:]))
