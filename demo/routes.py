"""The endpoints of the stand-in: functions from a request to a response, and the routing table."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from urllib.parse import parse_qs, urlsplit

from demo.accounts import Accounts
from demo.render import JsonObject, Playlist, Renderer
from demo.values import Entry
from demo.world import World

# A chart is published on the Friday morning after the week ends.
_PUBLICATION_DELAY = timedelta(days=1)
_PUBLICATION_TIME = time(6, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request. `target` is the path with its query; header names are in lower case."""

    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def path(self) -> str:
        """The target without its query."""
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        """The query parameters; the last value where a parameter is repeated."""
        return _last_values(urlsplit(self.target).query)


@dataclass(frozen=True, slots=True)
class Response:
    """An HTTP response, sent after `delay` seconds.

    Where `is_cut` is true, the connection closes after half of the body.
    """

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0
    is_cut: bool = False


@dataclass(slots=True)
class ServerState:
    """What the endpoints read and change: the world, its playlists, the week, and the tokens."""

    world: World
    playlists: Mapping[str, Playlist]
    renderer: Renderer
    week: int = 0
    edits: int = 0
    accounts: Accounts = field(default_factory=Accounts)

    def entries(self, playlist_id: str) -> list[Entry]:
        """The entries of the playlist in the current week."""
        return self.world.chart(self.week)[: self.playlists[playlist_id].size]

    @property
    def updated_at(self) -> datetime:
        """When the chart of the current week was published or last edited."""
        publication_date = self.world.week_end(self.week) + _PUBLICATION_DELAY
        published_at = datetime.combine(publication_date, _PUBLICATION_TIME)
        return published_at + timedelta(seconds=self.edits)


# Receives the id in the path, or an empty string.
Endpoint = Callable[[ServerState, Request, str], Response]


def handle_request(state: ServerState, request: Request) -> Response:
    """The response of the endpoint that the request is for, or an error response."""
    for method, pattern, endpoint in ROUTES:
        match = re.fullmatch(pattern, request.path)
        if match and method == request.method:
            is_public = endpoint in (issue_token, authorize_user)
            authorization = request.headers.get("authorization", "")
            if not is_public and not state.accounts.is_authorized(authorization):
                return _error(401, "Invalid access token")
            return endpoint(state, request, match["id"] if "id" in match.groupdict() else "")
    return _error(404, "Service not found")


def issue_token(state: ServerState, request: Request, _: str) -> Response:
    """An access token for the app or the user."""
    form = _last_values(request.body.decode(errors="replace"))
    return _json(*state.accounts.issue_token(form, request.headers.get("authorization", "")))


def authorize_user(state: ServerState, request: Request, _: str) -> Response:
    """A redirect to the app, as if the user had agreed on the login page."""
    redirect_url = state.accounts.authorize(request.query)
    if redirect_url is None:
        return _error(400, "Invalid request")
    return Response(302, b"", {"Location": redirect_url})


def get_playlist(state: ServerState, request: Request, playlist_id: str) -> Response:
    """A playlist with the first page of its items. The `fields` parameter selects fields."""
    if playlist_id not in state.playlists:
        return _error(404, "Resource not found")
    playlist = state.renderer.playlist_object(
        playlist_id, state.playlists[playlist_id], state.entries(playlist_id), state.updated_at
    )
    fields = request.query.get("fields")
    if fields:
        playlist = {name: playlist[name] for name in fields.split(",") if name in playlist}
    return _json(200, playlist)


def get_playlist_items(state: ServerState, request: Request, playlist_id: str) -> Response:
    """A page of a playlist."""
    return _playlist_page(state, request, playlist_id, "items")


def get_playlist_tracks(state: ServerState, request: Request, playlist_id: str) -> Response:
    """A page of a playlist, at the old URL. Forbidden for apps in development mode."""
    if state.renderer.shape == "item":
        return _error(403, "Forbidden")
    return _playlist_page(state, request, playlist_id, "tracks")


def get_track(state: ServerState, request: Request, song_id: str) -> Response:
    """A track."""
    return _json_or_404(lambda: state.renderer.track_object(state.world.track(song_id)))


def get_album(state: ServerState, request: Request, album_id: str) -> Response:
    """An album with its tracks."""
    return _json_or_404(
        lambda: state.renderer.album_object(
            state.world.album(album_id), state.world.album_tracks(album_id)
        )
    )


def get_artist(state: ServerState, request: Request, artist_id: str) -> Response:
    """An artist."""
    return _json_or_404(lambda: state.renderer.artist_object(state.world.artist(artist_id)))


ROUTES: tuple[tuple[str, str, Endpoint], ...] = (
    ("POST", r"/api/token", issue_token),
    ("GET", r"/authorize", authorize_user),
    ("GET", r"/v1/playlists/(?P<id>[0-9A-Za-z]+)", get_playlist),
    ("GET", r"/v1/playlists/(?P<id>[0-9A-Za-z]+)/items", get_playlist_items),
    ("GET", r"/v1/playlists/(?P<id>[0-9A-Za-z]+)/tracks", get_playlist_tracks),
    ("GET", r"/v1/tracks/(?P<id>[0-9A-Za-z]+)", get_track),
    ("GET", r"/v1/albums/(?P<id>[0-9A-Za-z]+)", get_album),
    ("GET", r"/v1/artists/(?P<id>[0-9A-Za-z]+)", get_artist),
)


def _playlist_page(
    state: ServerState, request: Request, playlist_id: str, collection: str
) -> Response:
    if playlist_id not in state.playlists:
        return _error(404, "Resource not found")
    limit = _parse_count(request.query.get("limit", str(state.renderer.default_limit)))
    offset = _parse_count(request.query.get("offset", "0"))
    if limit is None or not 1 <= limit <= state.renderer.max_limit:
        return _error(400, "Invalid limit")
    if offset is None:
        return _error(400, "Invalid offset")
    entries = state.entries(playlist_id)
    page = state.renderer.playlist_page(
        playlist_id, entries, state.updated_at, offset=offset, limit=limit, collection=collection
    )
    return _json(200, page)


def _parse_count(text: str) -> int | None:
    return int(text) if text.isdecimal() else None


def _last_values(query: str) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(query, keep_blank_values=True).items()}


def _json_or_404(render: Callable[[], JsonObject]) -> Response:
    try:
        return _json(200, render())
    except KeyError:
        return _error(404, "Resource not found")


def _error(status: int, message: str) -> Response:
    return _json(status, {"error": {"status": status, "message": message}})


def _json(status: int, content: JsonObject) -> Response:
    body = json.dumps(content, ensure_ascii=False).encode()
    return Response(status, body, {"Content-Type": "application/json; charset=utf-8"})
