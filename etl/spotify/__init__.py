"""The door to Spotify: playlists, tracks and artists, as the Web API gives them."""

from etl.spotify.client import Spotify, open_spotify
from etl.spotify.playlists import JsonObject, Playlist

__all__ = ["JsonObject", "Playlist", "Spotify", "open_spotify"]
