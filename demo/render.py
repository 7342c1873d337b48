"""The JSON responses of the Spotify Web API, in both of its shapes.

Since 2026, apps in development mode get the shape `item`. Apps with extended quota still get the
older shape `track`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any, Literal

from demo.chart_file import chart_csv, chart_file_name
from demo.dice import fraction, identifier
from demo.values import Album, Artist, Entry, Track

__all__ = ["Playlist", "Renderer", "Shape", "chart_csv", "chart_file_name", "snapshot_id"]

API_URL = "https://api.spotify.com/v1/"

Shape = Literal["item", "track"]
JsonObject = dict[str, Any]

_MARKETS = ["AR", "AU", "BR", "CA", "DE", "EG", "ES", "FR", "GB", "IS", "JP", "KR", "MX", "US"]


@dataclass(frozen=True, slots=True)
class Playlist:
    """A playlist with the first `size` positions of the chart."""

    name: str
    size: int = 50
    owner: str = "spotify"
    description: str = ""


@dataclass(frozen=True, slots=True)
class Renderer:
    """Renders the invented world as Spotify's JSON, with links that start with `api_url`."""

    shape: Shape = "item"
    api_url: str = API_URL

    @property
    def max_limit(self) -> int:
        """The largest number of entries in a page."""
        return 50 if self.shape == "item" else 100

    @property
    def default_limit(self) -> int:
        """The number of entries in a page for requests without a limit."""
        return 20 if self.shape == "item" else 100

    @property
    def collection(self) -> str:
        """The name of a playlist's entries in its JSON and in URLs."""
        return "items" if self.shape == "item" else "tracks"

    def playlist_object(
        self, playlist_id: str, playlist: Playlist, entries: Sequence[Entry], updated_at: datetime
    ) -> JsonObject:
        """The playlist with its first page."""
        first_page = self.playlist_page(
            playlist_id, entries, updated_at, limit=self.max_limit, collection=self.collection
        )
        return {
            "collaborative": False,
            "description": playlist.description,
            **self._reference("playlist", playlist_id),
            "followers": {"href": None, "total": int(40_000_000 * fraction("fans", playlist_id))},
            "images": [{"height": None, "url": _image(playlist_id, 0), "width": None}],
            "name": playlist.name,
            "owner": self._user(playlist.owner) | {"display_name": playlist.owner.title()},
            "primary_color": None,
            "public": True,
            "snapshot_id": snapshot_id(playlist_id, entries, updated_at),
            self.collection: first_page,
        }

    def playlist_page(
        self,
        playlist_id: str,
        entries: Sequence[Entry],
        updated_at: datetime,
        *,
        offset: int = 0,
        limit: int = 20,
        collection: str = "items",
    ) -> JsonObject:
        """The page of the playlist at `offset`. `entries` are those of the whole playlist."""
        playlist_url = f"{self.api_url}playlists/{playlist_id}/{collection}"

        def page_url(start: int) -> str:
            return f"{playlist_url}?offset={start}&limit={limit}"

        end = offset + limit
        return {
            "href": page_url(offset),
            "items": [self._playlist_item(entry, updated_at) for entry in entries[offset:end]],
            "limit": limit,
            "next": page_url(end) if end < len(entries) else None,
            "offset": offset,
            "previous": page_url(max(0, offset - limit)) if offset > 0 else None,
            "total": len(entries),
        }

    def track_object(self, track: Track) -> JsonObject:
        """The track with its album."""
        fields = {
            "album": self._simplified_album(track.album),
            **self._simplified_track(track),
            "external_ids": {"isrc": track.isrc},
        }
        return fields | self._legacy_fields(popularity=_popularity(track.song_id))

    def album_object(self, album: Album, tracks: Sequence[Track]) -> JsonObject:
        """The album with its tracks."""
        tracks_page = {
            "href": f"{self.api_url}albums/{album.album_id}/tracks?offset=0&limit=50",
            "items": [self._simplified_track(track) for track in tracks],
            "limit": 50,
            "next": None,
            "offset": 0,
            "previous": None,
            "total": len(tracks),
        }
        fields = self._simplified_album(album) | {
            "tracks": tracks_page,
            "copyrights": [{"text": f"{album.release_date[:4]} {album.label}", "type": "P"}],
            "external_ids": {"upc": f"{int(fraction('upc', album.album_id) * 10**12):012d}"},
            "genres": [],
        }
        return fields | self._legacy_fields(
            label=album.label, popularity=_popularity(album.album_id)
        )

    def artist_object(self, artist: Artist) -> JsonObject:
        """The artist with their genres and images."""
        fields = self._simplified_artist(artist) | {
            "genres": list(artist.genres),
            "images": _images(artist.artist_id),
        }
        followers = {
            "href": None,
            "total": int(30_000_000 * fraction("fans", artist.artist_id) ** 3),
        }
        return fields | self._legacy_fields(
            followers=followers, popularity=_popularity(artist.artist_id)
        )

    def _playlist_item(self, entry: Entry, updated_at: datetime) -> JsonObject:
        return {
            "added_at": f"{updated_at:%Y-%m-%dT%H:%M:%SZ}",
            "added_by": self._user(""),
            "is_local": False,
            "primary_color": None,
            self.shape: self.track_object(entry.track),
            "video_thumbnail": {"url": None},
        }

    def _simplified_track(self, track: Track) -> JsonObject:
        fields = {
            "artists": [self._simplified_artist(artist) for artist in track.artists],
            "disc_number": 1,
            "duration_ms": track.duration_ms,
            "explicit": track.is_explicit,
            **self._reference("track", track.song_id),
            "is_local": False,
            "name": track.name,
            "preview_url": None,
            "track_number": 1 + int(fraction(track.song_id) * track.album.total_tracks),
        }
        return fields | self._legacy_fields(available_markets=_MARKETS)

    def _simplified_album(self, album: Album) -> JsonObject:
        fields = {
            "album_type": album.album_type,
            "artists": [self._simplified_artist(artist) for artist in album.artists],
            **self._reference("album", album.album_id),
            "images": _images(album.album_id),
            "name": album.name,
            "release_date": album.release_date,
            "release_date_precision": album.release_date_precision,
            "total_tracks": album.total_tracks,
        }
        return fields | self._legacy_fields(available_markets=_MARKETS)

    def _simplified_artist(self, artist: Artist) -> JsonObject:
        return {**self._reference("artist", artist.artist_id), "name": artist.name}

    def _user(self, user_id: str) -> JsonObject:
        return self._reference("user", user_id)

    def _reference(self, kind: str, entity_id: str) -> JsonObject:
        return {
            "external_urls": {"spotify": f"https://open.spotify.com/{kind}/{entity_id}"},
            "href": f"{self.api_url}{kind}s/{entity_id}",
            "id": entity_id,
            "type": kind,
            "uri": f"spotify:{kind}:{entity_id}",
        }

    def _legacy_fields(self, **fields: Any) -> JsonObject:
        return fields if self.shape == "track" else {}


def snapshot_id(playlist_id: str, entries: Sequence[Entry], updated_at: datetime) -> str:
    """The snapshot id of the playlist, which changes whenever the playlist changes."""
    song_ids = [entry.track.song_id for entry in entries]
    return identifier("snapshot", playlist_id, updated_at.isoformat(), *song_ids, length=32)


def _popularity(entity_id: str) -> int:
    return 30 + int(70 * fraction("popularity", entity_id))


def _images(entity_id: str) -> list[JsonObject]:
    return [
        {"height": size, "url": _image(entity_id, size), "width": size} for size in (640, 300, 64)
    ]


def _image(entity_id: str, size: int) -> str:
    digest = blake2b(f"{entity_id}/{size}".encode(), digest_size=20).hexdigest()
    return f"https://i.scdn.co/image/{digest}"
