"""The way of the tutorial that hundreds of pipelines copy: JSON in loops, then pandas.

Each snapshot becomes three CSV files named after the time, and its raw file is copied to the
archive and deleted. Nothing is merged, checked or listed. Give `--transform` to leave the raw
files where they are.
"""

from __future__ import annotations

import json
import shutil
import sys
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd

Row = dict[str, Any]


def main() -> None:
    """Transform every pending raw file of a lake in a directory."""
    lake = Path(sys.argv[1])
    pending = sorted((lake / "raw_data/to_be_processed").glob("*.json"))
    for path in pending:
        document = json.loads(path.read_text(encoding="utf-8"))
        _write(lake, "album", _album_frame(document))
        _write(lake, "artist", _artist_frame(document))
        _write(lake, "songs", _song_frame(document))
    if "--transform" not in sys.argv:
        _archive(lake, pending)


def _albums(document: Row) -> list[Row]:
    albums = []
    for row in document["items"]:
        album = row["track"]["album"]
        albums.append(
            {
                "album_id": album["id"],
                "name": album["name"],
                "release_date": album["release_date"],
                "total_tracks": album["total_tracks"],
                "url": album["external_urls"]["spotify"],
            }
        )
    return albums


def _artists(document: Row) -> list[Row]:
    artists = []
    for row in document["items"]:
        for artist in row["track"]["artists"]:
            artists.append(  # noqa: PERF401
                {
                    "artist_id": artist["id"],
                    "artist_name": artist["name"],
                    "external_url": artist["href"],
                }
            )
    return artists


def songs(document: Row) -> list[Row]:
    """The entries of a playlist."""
    entries = []
    for row in document["items"]:
        track = row["track"]
        entries.append(
            {
                "song_id": track["id"],
                "song_name": track["name"],
                "duration_ms": track["duration_ms"],
                "url": track["external_urls"]["spotify"],
                "popularity": track["popularity"],
                "song_added": row["added_at"],
                "album_id": track["album"]["id"],
                "artist_id": track["album"]["artists"][0]["id"],
            }
        )
    return entries


def _album_frame(document: Row) -> pd.DataFrame:
    albums = pd.DataFrame(_albums(document)).drop_duplicates(subset=["album_id"])
    albums["release_date"] = pd.to_datetime(albums["release_date"])
    return albums


def _artist_frame(document: Row) -> pd.DataFrame:
    return pd.DataFrame(_artists(document)).drop_duplicates(subset=["artist_id"])


def _song_frame(document: Row) -> pd.DataFrame:
    frame = pd.DataFrame(songs(document))
    frame["song_added"] = pd.to_datetime(frame["song_added"])
    return frame


def _write(lake: Path, table: str, frame: pd.DataFrame) -> None:
    folder = lake / f"transformed_data/{table}_data"
    folder.mkdir(parents=True, exist_ok=True)
    buffer = StringIO()
    frame.to_csv(buffer, index=False)
    name = f"{table}_transformed_{datetime.now(UTC):%Y-%m-%d %H:%M:%S.%f}.csv"
    folder.joinpath(name).write_text(buffer.getvalue(), encoding="utf-8")


def _archive(lake: Path, pending: list[Path]) -> None:
    archive = lake / "raw_data/processed"
    archive.mkdir(parents=True, exist_ok=True)
    for path in pending:
        shutil.copyfile(path, archive / path.name)
        path.unlink()


if __name__ == "__main__":
    main()
