"""What cannot be a lake in a directory, and is no empty one."""

from __future__ import annotations

import os

import pytest

from etl.errors import LakeError
from etl.lake import open_lake


def test_a_file_cannot_be_a_lake(tmp_path):
    (tmp_path / "file").write_text("something else")
    with pytest.raises(LakeError, match=r"not a folder.*Check the setting CHARTLAKE_LAKE"):
        open_lake(str(tmp_path / "file"))
    assert (tmp_path / "file").read_text() == "something else"


def test_a_link_that_leads_nowhere_cannot_be_a_lake(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "unmounted")
    with pytest.raises(LakeError, match="not a folder"):
        open_lake(str(tmp_path / "link"))


def test_a_file_in_the_place_of_a_folder_is_no_empty_folder(tmp_path):
    (tmp_path / "manifests").write_text("something else")
    with pytest.raises(LakeError, match="Not a directory"):
        open_lake(str(tmp_path)).list("manifests/")


@pytest.mark.skipif(os.geteuid() == 0, reason="root can write everywhere")
def test_a_folder_without_write_permission_is_an_error(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(LakeError, match="Permission denied"):
        open_lake(str(tmp_path / "lake")).write("a", b"x")
