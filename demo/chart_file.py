"""Chart files, byte for byte as the download button on charts.spotify.com writes them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from demo.values import Entry

_BOM = "\ufeff"


def chart_file_name(region: str, week_end: date) -> str:
    """The file name of a region's weekly chart, as Spotify names the download."""
    return f"regional-{region}-weekly-{week_end.isoformat()}.csv"


def chart_csv(entries: Sequence[Entry], weekly: bool = True) -> bytes:
    """The chart as a CSV file with a byte order mark, CRLF, and quoted text and streams."""
    periods = "weeks_on_chart" if weekly else "days_on_chart"
    header = f"rank,uri,artist_names,track_name,source,peak_rank,previous_rank,{periods},streams"
    lines = [header, *(_line(entry) for entry in entries)]
    return (_BOM + "".join(f"{line}\r\n" for line in lines)).encode()


def _line(entry: Entry) -> str:
    track = entry.track
    previous_rank = -1 if entry.previous_position is None else entry.previous_position
    cells = (
        entry.position,
        _quoted(f"spotify:track:{track.song_id}"),
        _quoted(", ".join(artist.name for artist in track.artists)),
        _quoted(track.name),
        _quoted(track.album.label),
        entry.peak_position,
        previous_rank,
        entry.weeks_on_chart,
        _quoted(str(entry.streams)),
    )
    return ",".join(map(str, cells))


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
