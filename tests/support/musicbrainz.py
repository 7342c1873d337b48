"""A stand-in for MusicBrainz, and what it says about an artist."""

from __future__ import annotations

from contextlib import contextmanager

from tests.support.scripted_spotify import scripted_server

URL_RESPONSE = {"relations": [{"artist": {"id": "mbid"}}]}
ARTIST_RESPONSE = {"genres": [{"name": "samba", "count": 1}, {"name": "bossa nova", "count": 5}]}


@contextmanager
def musicbrainz(monkeypatch, *replies):
    """A stand-in for MusicBrainz; yields the list of requested paths."""
    with scripted_server(*replies) as (url, requested):
        monkeypatch.setenv("CHARTLAKE_MUSICBRAINZ_URL", url)
        monkeypatch.setenv("CHARTLAKE_CONTACT", "me@example.org")
        yield requested
