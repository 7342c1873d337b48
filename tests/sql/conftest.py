from __future__ import annotations

import pytest

from tests.support.world_mirrors import answers, mirror_of_playlists
from tests.support.world_truth import WORLD


@pytest.fixture(scope="session")
def truth(tmp_path_factory):
    """A mirror of the world of `truth`."""
    return mirror_of_playlists(WORLD, tmp_path_factory.mktemp("truth"))


@pytest.fixture
def ask(truth):
    """The rows of a report about it."""
    return lambda report: answers(truth, report)
