"""Chart files, byte for byte as the download button on charts.spotify.com writes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from demo.standings import Standing
from demo.values import AlbumEntry, Artist, ArtistEntry, Entry

_BOM = "\ufeff"


def chart_file_name(region: str, week_end: date, family: str = "regional") -> str:
    """The file name of the weekly chart of a region or city, as Spotify names the download.

    The family is `regional`, `viral` or `citytoptrack` for songs, `artist` or `album`.
    """
    return f"{family}-{region}-weekly-{week_end.isoformat()}.csv"


def chart_csv(entries: Sequence[Entry], weekly: bool = True) -> bytes:
    """The chart as a CSV file with a byte order mark, CRLF, and quoted text and streams."""
    periods = "weeks_on_chart" if weekly else "days_on_chart"
    header = f"rank,uri,artist_names,track_name,source,peak_rank,previous_rank,{periods},streams"
    return _file(header, map(_song_cells, entries))


def viral_chart_csv(entries: Sequence[Entry]) -> bytes:
    """A viral chart in the same form, which has no streams."""
    header = "rank,uri,artist_names,track_name,source,peak_rank,previous_rank,weeks_on_chart"
    return _file(header, (_song_cells(entry)[:-1] for entry in entries))


def artist_chart_csv(entries: Sequence[ArtistEntry]) -> bytes:
    """A chart of artists in the same form."""
    header = "rank,uri,artist_name,peak_rank,previous_rank,weeks_on_chart"
    return _file(header, map(_artist_cells, entries))


def album_chart_csv(entries: Sequence[AlbumEntry]) -> bytes:
    """A chart of albums in the same form."""
    header = "rank,uri,artist_names,album_name,source,peak_rank,previous_rank,weeks_on_chart"
    return _file(header, map(_album_cells, entries))


def _file(header: str, rows: Iterable[tuple[object, ...]]) -> bytes:
    lines = [header, *(",".join(map(str, cells)) for cells in rows)]
    return (_BOM + "".join(f"{line}\r\n" for line in lines)).encode()


def _song_cells(entry: Entry) -> tuple[object, ...]:
    track = entry.track
    return (
        entry.position,
        _quoted(f"spotify:track:{track.song_id}"),
        _credit(track.artists),
        _quoted(track.name),
        _quoted(track.album.label),
        *_history(entry),
        _quoted(str(entry.streams)),
    )


def _artist_cells(entry: ArtistEntry) -> tuple[object, ...]:
    return (
        entry.standing.position,
        _quoted(f"spotify:artist:{entry.artist.artist_id}"),
        _quoted(entry.artist.name),
        *_history(entry.standing),
    )


def _album_cells(entry: AlbumEntry) -> tuple[object, ...]:
    return (
        entry.standing.position,
        _quoted(f"spotify:album:{entry.album.album_id}"),
        _credit(entry.album.artists),
        _quoted(entry.album.name),
        _quoted(entry.album.label),
        *_history(entry.standing),
    )


def _history(standing: Entry | Standing) -> tuple[int, int, int]:
    previous_rank = -1 if standing.previous_position is None else standing.previous_position
    return standing.peak_position, previous_rank, standing.weeks_on_chart


def _credit(artists: Sequence[Artist]) -> str:
    return _quoted(", ".join(artist.name for artist in artists))


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
