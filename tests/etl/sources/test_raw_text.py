import gzip

import pytest

from etl.errors import InvalidRawFile
from etl.sources.raw_text import decoded


@pytest.mark.parametrize(
    ("body", "finding"),
    [
        (b"", "it has no bytes"),
        (gzip.compress(b"rank,uri", mtime=0), "the file is packed twice; unpack it once"),
        (b"PK\x03\x04...", "the file is ZIP or an Excel workbook"),
        (b"PAR1...", "the file is Parquet; chartlake land reads it"),
        ("rank,uri".encode("utf-16"), "the file is UTF-16; save it as UTF-8"),
        (b"\xfe\xff" + "rank,uri".encode("utf-16-be"), "the file is UTF-16; save it as UTF-8"),
        ("rank,uri".encode("utf-16-le"), "it has NUL characters; if it is UTF-16, save it"),
        ("ï»¿rank,uri".encode(), "its text was read in another encoding and saved again"),
        ("Ã¯Â»Â¿rank,uri".encode(), "its text was read in another encoding and saved again"),
        ("rank,é".encode("latin-1"), "byte 6 of the file is not UTF-8; save the file as UTF-8"),
    ],
)
def test_what_is_not_text_in_utf_8_is_named(body, finding):
    with pytest.raises(InvalidRawFile, match=finding):
        decoded(body)


def test_a_byte_order_mark_is_no_part_of_the_text():
    assert decoded("\ufeffränk".encode()) == "ränk"
