"""Packed raw files: gzip and Zstandard are unpacked, damaged and oversized ones refused."""

import gzip
import sys
from collections.abc import Callable

import pytest

from etl.errors import InvalidRawFile
from etl.sources import compression
from etl.sources.compression import unpacked

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

TEXT = b"rank,uri\n" * 100
PACKERS: dict[str, Callable[[bytes], bytes]] = {"gzip": gzip.compress, "Zstandard": zstd.compress}


@pytest.mark.parametrize("pack", PACKERS.values(), ids=PACKERS)
def test_a_packed_file_is_unpacked(pack):
    assert unpacked(pack(TEXT)) == TEXT
    assert unpacked(pack(TEXT) + pack(TEXT)) == TEXT * 2


def test_other_bytes_stay_as_they_are():
    assert unpacked(TEXT) == TEXT
    assert unpacked(b"") == b""


@pytest.mark.parametrize("form", PACKERS)
def test_a_damaged_file_is_refused(form):
    packed = PACKERS[form](TEXT)
    for damaged in (packed[:-5], packed[:4], packed[:10] + b"\xff" * 20):
        with pytest.raises(InvalidRawFile, match=f"a file that opens like {form} is whole"):
            unpacked(damaged)


@pytest.mark.parametrize("form", PACKERS)
def test_a_file_that_unpacks_to_more_than_fits_is_refused(form, monkeypatch):
    monkeypatch.setattr(compression, "MOST_BYTES", 2**20)
    with pytest.raises(InvalidRawFile, match=f"at most 1 MiB .* packed with {form}"):
        unpacked(PACKERS[form](bytes(10 * 2**20)))
