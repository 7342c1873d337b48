from __future__ import annotations

import pytest

from tests.reports.truth import WORLD
from tests.reports.worlds import answers, mirror_of_playlists


@pytest.fixture(scope="session")
def truth(tmp_path_factory):
    """A mirror of the world of `truth`."""
    return mirror_of_playlists(WORLD, tmp_path_factory.mktemp("truth"))


@pytest.fixture
def ask(truth):
    """The rows of a report about it."""
    return lambda report: answers(truth, report)
