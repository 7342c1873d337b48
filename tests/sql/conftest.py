from __future__ import annotations

import pytest

from tests.support.market_truth import MARKETS_OF_WORLD, market_entries
from tests.support.small_lakes import query_rows
from tests.support.world_mirrors import mirror_of_markets, mirror_of_playlists, report_rows
from tests.support.world_truth import WORLD


@pytest.fixture(scope="session")
def world_mirror(tmp_path_factory):
    """A mirror of the world in `world_truth`."""
    return mirror_of_playlists(WORLD, tmp_path_factory.mktemp("world"))


@pytest.fixture
def rows_of(world_mirror):
    """Returns the rows of a report about that world."""
    return lambda report: report_rows(world_mirror, report)


@pytest.fixture(scope="session")
def market_mirror(tmp_path_factory):
    """A mirror of the markets in `market_truth`."""
    return mirror_of_markets(MARKETS_OF_WORLD, tmp_path_factory.mktemp("markets"))


@pytest.fixture(scope="session")
def isrcs(market_mirror):
    """The ISRC of each recording, which chart files do not state, by way of the songs' ids."""
    known = {entry.track.song_id: entry.track.isrc for _, _, entry in market_entries()}
    ids = query_rows(market_mirror, "select distinct recording_id, song_id from songs")
    pairs = {(recording, known[song]) for recording, song in ids if song in known}
    assert len(dict(pairs)) == len(pairs) == len(set(known.values()))
    return dict(pairs)
