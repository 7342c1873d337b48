"""Raw files that are packed with gzip or Zstandard: kept as they are, and read unpacked."""

from __future__ import annotations

import gzip
import io
import sys
import zlib
from typing import BinaryIO, cast

from etl.errors import InvalidRawFile

# A small file can unpack to any size; this is the most that a run makes room for.
MOST_BYTES = 64 * 2**20

_GZIP = b"\x1f\x8b"
_ZSTANDARD = b"\x28\xb5\x2f\xfd"


def unpacked(body: bytes) -> bytes:
    """The bytes of a raw file, unpacked if they are gzip or Zstandard.

    Raises InvalidRawFile where they cannot be unpacked, or are more than 64 MiB then.
    """
    if body.startswith(_GZIP):
        return _read("gzip", cast(BinaryIO, gzip.GzipFile(fileobj=io.BytesIO(body))), zlib.error)
    if body.startswith(_ZSTANDARD):
        # Few files are packed with it, and it takes time to import.
        if sys.version_info >= (3, 14):
            from compression import zstd
        else:
            from backports import zstd

        return _read("Zstandard", cast(BinaryIO, zstd.ZstdFile(io.BytesIO(body))), zstd.ZstdError)
    return body


def _read(form: str, stream: BinaryIO, damage: type[Exception]) -> bytes:
    try:
        with stream:
            content = stream.read(MOST_BYTES + 1)
    except (OSError, EOFError, damage) as error:
        raise InvalidRawFile(f"a file that opens like {form} is whole", str(error)) from None
    if len(content) > MOST_BYTES:
        raise InvalidRawFile(
            f"a raw file has at most {MOST_BYTES // 2**20} MiB once it is unpacked",
            f"this one, packed with {form}, has more",
        )
    return content
