"""The stand-in's endpoints: functions from a request to a response, and the table of them."""

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

# Charts appear on the Friday after the week they speak for.
_PUBLISHED = timedelta(days=1)
_PUBLISHED_AT = time(6, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asked; the names of `headers` are in lower case."""

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
        """The last value of each parameter."""
        given = parse_qs(urlsplit(self.target).query, keep_blank_values=True)
        return {name: values[-1] for name, values in given.items()}


@dataclass(frozen=True, slots=True)
class Response:
    """What the client gets, `delay` seconds late; half of it, if the connection is cut."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0
    is_cut: bool = False


@dataclass(slots=True)
class Desk:
    """What the endpoints answer from: the world, what is shown of it, and who may see it."""

    world: World
    playlists: Mapping[str, Playlist]
    renderer: Renderer
    week: int = 0
    edits: int = 0
    accounts: Accounts = field(default_factory=Accounts)

    def entries(self, playlist_id: str) -> list[Entry]:
        """What the playlist shows this week."""
        return self.world.chart(self.week)[: self.playlists[playlist_id].size]

    @property
    def updated_at(self) -> datetime:
        """When this week's chart appeared, or was last edited."""
        appeared = datetime.combine(self.world.week_end(self.week) + _PUBLISHED, _PUBLISHED_AT)
        return appeared + timedelta(seconds=self.edits)


Handler = Callable[[Desk, Request, str], Response]


def answer(desk: Desk, request: Request) -> Response:
    """The response of whichever endpoint the request is for."""
    for method, pattern, handler in ROUTES:
        match = re.fullmatch(pattern, request.path)
        if match and method == request.method:
            is_open = handler in (issue_token, ask_the_user)
            if not is_open and not desk.accounts.admits(request.headers.get("authorization", "")):
                return _refusal(401, "Invalid access token")
            return handler(desk, request, match["id"] if "id" in match.groupdict() else "")
    return _refusal(404, "Service not found")


def issue_token(desk: Desk, request: Request, _: str) -> Response:
    """A token for credentials or for a login."""
    given = parse_qs(request.body.decode(errors="replace"))
    form = {name: values[-1] for name, values in given.items()}
    return _json(*desk.accounts.issue(form, request.headers.get("authorization", "")))


def ask_the_user(desk: Desk, request: Request, _: str) -> Response:
    """The page on which a user agrees, as this one does at once."""
    target = desk.accounts.authorize(request.query)
    if target is None:
        return _refusal(400, "Invalid request")
    return Response(302, b"", {"Location": target})


def show_playlist(desk: Desk, request: Request, playlist_id: str) -> Response:
    """A playlist with the first page of its contents; `fields` may name what is wanted of it."""
    if playlist_id not in desk.playlists:
        return _refusal(404, "Resource not found")
    shown = desk.renderer.playlist_object(
        playlist_id, desk.playlists[playlist_id], desk.entries(playlist_id), desk.updated_at
    )
    wanted = request.query.get("fields")
    if wanted:
        shown = {name: shown[name] for name in wanted.split(",") if name in shown}
    return _json(200, shown)


def show_items(desk: Desk, request: Request, playlist_id: str) -> Response:
    """A page of a playlist's contents."""
    return _contents(desk, request, playlist_id, "items")


def show_tracks(desk: Desk, request: Request, playlist_id: str) -> Response:
    """The same under its older name, which apps in development mode no longer have."""
    if desk.renderer.shape == "item":
        return _refusal(403, "Forbidden")
    return _contents(desk, request, playlist_id, "tracks")


def show_track(desk: Desk, request: Request, song_id: str) -> Response:
    """A track."""
    return _found(lambda: desk.renderer.track_object(desk.world.track(song_id)))


def show_album(desk: Desk, request: Request, album_id: str) -> Response:
    """An album and its tracks."""
    return _found(
        lambda: desk.renderer.album_object(
            desk.world.album(album_id), desk.world.album_tracks(album_id)
        )
    )


def show_artist(desk: Desk, request: Request, artist_id: str) -> Response:
    """An artist."""
    return _found(lambda: desk.renderer.artist_object(desk.world.artist(artist_id)))


ROUTES: tuple[tuple[str, str, Handler], ...] = (
    ("POST", r"/api/token", issue_token),
    ("GET", r"/authorize", ask_the_user),
    ("GET", r"/v1/playlists/(?P<id>[0-9A-Za-z]+)", show_playlist),
    ("GET", r"/v1/playlists/(?P<id>[0-9A-Za-z]+)/items", show_items),
    ("GET", r"/v1/playlists/(?P<id>[0-9A-Za-z]+)/tracks", show_tracks),
    ("GET", r"/v1/tracks/(?P<id>[0-9A-Za-z]+)", show_track),
    ("GET", r"/v1/albums/(?P<id>[0-9A-Za-z]+)", show_album),
    ("GET", r"/v1/artists/(?P<id>[0-9A-Za-z]+)", show_artist),
)


def _contents(desk: Desk, request: Request, playlist_id: str, endpoint: str) -> Response:
    if playlist_id not in desk.playlists:
        return _refusal(404, "Resource not found")
    limit = _whole(request.query.get("limit", str(desk.renderer.default_limit)))
    offset = _whole(request.query.get("offset", "0"))
    if limit is None or not 1 <= limit <= desk.renderer.page_limit:
        return _refusal(400, "Invalid limit")
    if offset is None:
        return _refusal(400, "Invalid offset")
    entries = desk.entries(playlist_id)
    page = desk.renderer.playlist_page(
        playlist_id, entries, desk.updated_at, offset=offset, limit=limit, endpoint=endpoint
    )
    return _json(200, page)


def _whole(text: str) -> int | None:
    return int(text) if text.isdecimal() else None


def _found(look_up: Callable[[], JsonObject]) -> Response:
    try:
        return _json(200, look_up())
    except KeyError:
        return _refusal(404, "Resource not found")


def _refusal(status: int, message: str) -> Response:
    return _json(status, {"error": {"status": status, "message": message}})


def _json(status: int, content: JsonObject) -> Response:
    body = json.dumps(content, ensure_ascii=False).encode()
    return Response(status, body, {"Content-Type": "application/json; charset=utf-8"})
