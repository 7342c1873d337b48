"""On which kinds of lakes a test runs: on both, unless it is marked."""

from __future__ import annotations

import pytest

# What a test shows does not depend on the store. That both stores do the same is shown by the
# tests of the stores, and by one test at least on each for every command that reads or writes.
IN_A_DIRECTORY = pytest.mark.parametrize("location", ["directory"], indirect=True)
IN_S3 = pytest.mark.parametrize("location", ["s3"], indirect=True)
