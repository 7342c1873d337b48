"""Doctor: what we have access to, in plain words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from etl.errors import AccessDenied, ChartlakeError
from etl.lake import open_lake
from etl.lake.layout import PENDING
from etl.lake.partitions import manifest_versions
from etl.mirror.emptied import refuse_to_empty
from etl.mirror.reader import read_mirrored
from etl.mirror.schema import current_schema
from etl.pipeline.crawl import crawler_of
from etl.settings import WEEKLY_TOP_SONGS_GLOBAL, Settings
from etl.sources.spotify.client import Spotify, open_spotify
from etl.sources.spotify.playlists import Playlist
from etl.sources.spotify.token_file import TokenFile
from etl.wording import counted

# The example in Spotify's own documentation, for when no chart names an artist.
_EXAMPLE_ARTIST = "4Z8W4fKeB5YxbusRsdQVPb"
_PROBE = "raw_data/.doctor"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked; `is_needed` where nothing works without it."""

    subject: str
    is_well: bool
    sentence: str
    is_needed: bool = False


def examine(settings: Settings) -> Iterator[Finding]:
    """Check everything that the settings name, one finding after the other."""
    yield _checked("lake", lambda: _lake(settings), is_needed=True)
    yield _checked("mirror", lambda: _mirror(settings), is_needed=True)
    yield _checked("crawler", lambda: _crawler(settings), is_needed=bool(settings.glue_crawler))
    yield from _spotify(settings)


def _checked(subject: str, check: Callable[[], str], *, is_needed: bool = False) -> Finding:
    try:
        return Finding(subject, True, check(), is_needed)
    except ChartlakeError as error:
        return Finding(subject, False, str(error), is_needed)


def _lake(settings: Settings) -> str:
    lake = open_lake(settings.lake, settings.aws)
    lake.list(PENDING)
    lake.write(_PROBE, b"chartlake may write here\n")
    lake.read(_PROBE)
    lake.delete(_PROBE)
    lake.check_conditions()
    return f"{settings.lake} can be listed, read and written"


def _mirror(settings: Settings) -> str:
    if not settings.mirror.exists():
        return f"{settings.mirror} does not exist yet; `chartlake mirror` creates it"
    mirrored = read_mirrored(settings.mirror)
    if mirrored and mirrored.schema != current_schema():
        return f"{settings.mirror} is of another version of chartlake; run `chartlake mirror`"
    known = mirrored.versions if mirrored else {}
    lake = open_lake(settings.lake, settings.aws)
    published = manifest_versions(lake)
    refuse_to_empty(lake, settings.mirror, published, known)
    if missing := published.items() - known.items():
        lacking = counted(len(missing), "partition")
        return f"{settings.mirror} lacks {lacking}; run `chartlake mirror`"
    return f"{settings.mirror} is up to date"


def _crawler(settings: Settings) -> str:
    crawler = crawler_of(settings)
    if crawler is None:
        return "none is set (CHARTLAKE_GLUE_CRAWLER), so nothing is crawled"
    return f"{crawler.name} is {crawler.state()}"


def _spotify(settings: Settings) -> Iterator[Finding]:
    try:
        spotify = open_spotify(settings, sleep=lambda seconds: None)
    except ChartlakeError as error:
        yield Finding("Spotify", False, str(error))
        yield _verdict(False, False)
        return
    with spotify:
        yield _login(settings)
        read: dict[str, Playlist] = {}
        for chart_id in dict.fromkeys([*settings.charts, WEEKLY_TOP_SONGS_GLOBAL]):
            yield _checked(f"chart {chart_id}", partial(_chart, spotify, chart_id, read))
        yield _checked("artists", lambda: _artist(spotify, read))
    yield _verdict(WEEKLY_TOP_SONGS_GLOBAL in read, bool(read))


def _login(settings: Settings) -> Finding:
    token_file = TokenFile(settings.spotify_token)
    if not token_file.exists():
        sentence = "accessed with the app's own credentials; `chartlake login` uses yours"
        return Finding("Spotify", True, sentence)
    warning = token_file.warning()
    return Finding("Spotify", warning is None, warning or "accessed as the user who logged in")


def _chart(spotify: Spotify, chart_id: str, read: dict[str, Playlist]) -> str:
    playlist = spotify.playlist(chart_id)
    read[chart_id] = playlist
    name = playlist.metadata.get("name", chart_id)
    return f"“{name}” can be read, {counted(playlist.entries, 'entry', 'entries')}"


def _artist(spotify: Spotify, read: dict[str, Playlist]) -> str:
    named = (
        artist["id"]
        for playlist in read.values()
        for page in playlist.pages
        for entry in page["items"]
        for artist in (entry.get("item") or entry.get("track") or {}).get("artists", ())
        if artist.get("id")
    )
    try:
        artist = spotify.artist(next(named, _EXAMPLE_ARTIST))
    except AccessDenied as error:
        if error.status != 404:
            raise
        return "can be read"
    has_genres = "has" if artist.get("genres") else "does not have"
    return f"can be read; the first one {has_genres} genres"


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
