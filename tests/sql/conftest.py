from __future__ import annotations

import pytest

from tests.support.world_mirrors import mirror_of_playlists, report_rows
from tests.support.world_truth import WORLD


@pytest.fixture(scope="session")
def world_mirror(tmp_path_factory):
    """A mirror of the world in `world_truth`."""
    return mirror_of_playlists(WORLD, tmp_path_factory.mktemp("world"))


@pytest.fixture
def rows_of(world_mirror):
    """Returns the rows of a report about that world."""
    return lambda report: report_rows(world_mirror, report)
