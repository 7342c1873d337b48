"""The answers in the README are those of the invented world."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from demo.world import World
from tests.support.commands import run_command
from tests.support.world_mirrors import mirror_of_playlists

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
# A command with what it prints, up to the end of the block.
SHOWN = re.findall(r"^\$ chartlake (ask .+)\n((?:[^$`\n].*\n)+)", README, re.MULTILINE)


@pytest.fixture(scope="module")
def mirror(tmp_path_factory):
    """The mirror of the demo's playlist: half a year."""
    return mirror_of_playlists(World(26), tmp_path_factory.mktemp("answers"))


def test_the_readme_shows_three_answers():
    assert len(SHOWN) >= 3


@pytest.mark.parametrize(("command", "shown"), SHOWN)
def test_the_answers_in_the_readme_are_what_the_demo_prints(
    mirror, monkeypatch, capsys, command, shown
):
    monkeypatch.setenv("CHARTLAKE_MIRROR", str(mirror))
    assert run_command(*shlex.split(command)) == 0
    # The first line names the chart; the playlist of the demo has another name.
    printed = [line.rstrip() for line in capsys.readouterr().out.splitlines()[1:]]
    assert [line.rstrip() for line in shown.splitlines()[1:]] == printed
