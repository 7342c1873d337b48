"""Raw files that are larger, smaller or worse than usual."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

from benchmarks.inputs.playlists import FIRST_DAY, response

# As many tracks as 60 MB hold.
LARGE = 13_500
TINY = 10_000
# What JSON allows and a reader may refuse: half a surrogate pair, and a thousand nested objects;
# and what it does not allow: bytes that are no text.
REFUSED = (
    b'{"items": [{"track": {"id": "a", "name": "\\ud800"}}], "total": 1}',
    b'{"items": [{"track": {"id": "b", "album": ' + b'{"album": ' * 1000 + b"1" + b"}" * 1003,
    b'{"items": [{"track": {"id": "c", "name": "\xff\xfe"}}], "total": 1}',
)


def write_large(folder: Path) -> None:
    """One response of 60 MB."""
    _write(folder, "large", 0, response(0, 0, LARGE).encode())


def write_tiny(folder: Path) -> None:
    """Ten thousand responses with a single small track, of a hundred charts."""
    for number in range(TINY):
        day, chart = divmod(number, 100)
        track = f'{{"id": "tiny{number:018d}", "name": "Song {number}", "artists": []}}'
        body = f'{{"items": [{{"track": {track}}}], "next": null, "total": 1}}'
        _write(folder, f"tiny{chart:018d}", day, body.encode())


def write_refused(folder: Path) -> None:
    """Three files that are no responses."""
    for number, body in enumerate(REFUSED):
        _write(folder, f"refused{number}", 0, body)


def _write(folder: Path, chart: str, day: int, body: bytes) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    moment = FIRST_DAY + timedelta(days=day)
    folder.joinpath(f"spotify_raw_{chart}_{moment:%Y%m%dT%H%M%SZ}.json").write_bytes(body)


if __name__ == "__main__":
    kinds = {"large": write_large, "tiny": write_tiny, "refused": write_refused}
    kinds[sys.argv[2]](Path(sys.argv[1]))
