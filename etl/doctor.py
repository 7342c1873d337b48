"""Doctor: what access we really have, in plain words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from etl import catalog
from etl.errors import AccessDenied, ChartlakeError
from etl.lake import open_lake
from etl.mirror import published, watermarks
from etl.settings import WEEKLY_TOP_SONGS_GLOBAL, Settings
from etl.spotify import Playlist, Spotify, open_spotify
from etl.spotify.token_file import TokenFile

# The example of Spotify's own documentation, for when no chart names an artist.
_SOME_ARTIST = "4Z8W4fKeB5YxbusRsdQVPb"
_PROBE = "raw_data/.doctor"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at, and how it is; `is_needed` where nothing works without."""

    subject: str
    is_well: bool
    sentence: str
    is_needed: bool = False


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at everything that the settings name, one finding after the other."""
    yield _looked("lake", lambda: _lake(settings), is_needed=True)
    yield _looked("mirror", lambda: _mirror(settings), is_needed=True)
    yield _looked("crawler", lambda: _crawler(settings), is_needed=bool(settings.glue_crawler))
    yield from _spotify(settings)


def _looked(subject: str, look: Callable[[], str], *, is_needed: bool = False) -> Finding:
    try:
        return Finding(subject, True, look(), is_needed)
    except ChartlakeError as error:
        return Finding(subject, False, str(error), is_needed)


def _lake(settings: Settings) -> str:
    lake = open_lake(settings.lake)
    lake.write(_PROBE, b"chartlake may write here\n")
    lake.read(_PROBE)
    lake.delete(_PROBE)
    return f"{settings.lake} can be listed, read and written"


def _mirror(settings: Settings) -> str:
    if not settings.mirror.exists():
        return f"{settings.mirror} is not there yet; `chartlake mirror` makes it"
    known = watermarks(settings.mirror)
    missing = published(open_lake(settings.lake)).items() - known.items()
    if missing:
        return f"{settings.mirror} lacks {len(missing):,} partitions; run `chartlake mirror`"
    return f"{settings.mirror} is up to date"


def _crawler(settings: Settings) -> str:
    if not settings.glue_crawler:
        return "none is set (CHARTLAKE_GLUE_CRAWLER), so nothing is crawled"
    return f"{settings.glue_crawler} is {catalog.state(settings.glue_crawler)}"


def _spotify(settings: Settings) -> Iterator[Finding]:
    try:
        spotify = open_spotify(settings, sleep=lambda seconds: None)
    except ChartlakeError as error:
        yield Finding("Spotify", False, str(error))
        yield _verdict(False, False)
        return
    with spotify:
        yield _identity(settings)
        taken: dict[str, Playlist] = {}
        for chart_id in dict.fromkeys([*settings.charts, WEEKLY_TOP_SONGS_GLOBAL]):
            yield _looked(f"chart {chart_id}", partial(_chart, spotify, chart_id, taken))
        yield _looked("artists", lambda: _artist(spotify, taken))
    yield _verdict(WEEKLY_TOP_SONGS_GLOBAL in taken, bool(taken))


def _identity(settings: Settings) -> Finding:
    file = TokenFile(settings.spotify_token)
    if not file.exists():
        sentence = "asked by the app's own credentials; `chartlake login` asks as you"
        return Finding("Spotify", True, sentence)
    warning = file.warning()
    return Finding("Spotify", warning is None, warning or "asked as the user who logged in")


def _chart(spotify: Spotify, chart_id: str, taken: dict[str, Playlist]) -> str:
    playlist = spotify.playlist(chart_id)
    taken[chart_id] = playlist
    return f"“{playlist.metadata.get('name', chart_id)}” can be read, {playlist.entries} entries"


def _artist(spotify: Spotify, taken: dict[str, Playlist]) -> str:
    found = (
        artist["id"]
        for playlist in taken.values()
        for page in playlist.pages
        for entry in page["items"]
        for artist in (entry.get("item") or entry.get("track") or {}).get("artists", ())
        if artist.get("id")
    )
    try:
        artist = spotify.artist(next(found, _SOME_ARTIST))
    except AccessDenied as error:
        if error.details.get("status") != 404:
            raise
        return "can be asked for"
    genres = artist.get("genres")
    return f"can be asked for; genres are {'given' if genres else 'not given'} for the first"


def _verdict(has_charts: bool, has_playlists: bool) -> Finding:
    if has_charts:
        sentence = "extended quota: Spotify's own charts can be read. Run `chartlake update`."
    elif has_playlists:
        sentence = "a playlist of your own: it can be read. Run `chartlake update`."
    else:
        sentence = (
            "chart files: no chart can be read through the Web API. Download them from"
            " charts.spotify.com, and run `chartlake land FILE…`."
        )
    return Finding("you have", True, sentence)
