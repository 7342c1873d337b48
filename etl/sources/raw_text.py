"""The text of raw files, which is UTF-8. Other contents are named by their first bytes."""

from __future__ import annotations

import codecs

from etl.errors import InvalidRawFile

RULE = "the file is text in UTF-8"

# The first bytes of the contents that take the place of a chart file or a response.
_SIGNATURES = {
    b"\x1f\x8b": "the file is packed twice; unpack it once",
    b"PK\x03\x04": (
        "the file is ZIP or an Excel workbook; unpack it, land it with chartlake land, or save a"
        " workbook as CSV in UTF-8"
    ),
    b"PAR1": "the file is Parquet; chartlake land reads it",
    b"BZh": "the file is bzip2; unpack it first",
    b"\xfd7zXZ\x00": "the file is xz; unpack it first",
    b"\x28\xb5\x2f\xfd": "the file is packed twice; unpack it once",
    b"\xd0\xcf\x11\xe0": "the file is an Excel workbook; save it as CSV in UTF-8",
    b"\xff\xfe": "the file is UTF-16; save it as UTF-8",
    b"\xfe\xff": "the file is UTF-16; save it as UTF-8",
}


# What becomes of a byte order mark if UTF-8 is read as another encoding, and saved again.
_MANGLED = ("ï»¿", "Ã¯", "Ãƒ")

# What JSON opens with, also where it was written as a string of JSON.
_OPENINGS = (b"{", b"[", b'"{\\', b'"[{', b'"[\\')

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_NO_ASCII, _BLANKS = bytes(range(128, 256)), b" \t\r\n\v\f"


def is_response(body: bytes) -> bool:
    """Whether these bytes open like a response, rather than like a chart file."""
    return body[:1024].removeprefix(codecs.BOM_UTF8).lstrip().startswith(_OPENINGS)


def looks_like_response(body: bytes) -> bool:
    """Whether these bytes are a response, perhaps after marks that its text does not have."""
    return body[:1024].lstrip(_NO_ASCII + _BLANKS).startswith(_OPENINGS)


def in_utf8(body: bytes) -> bytes:
    """The same text in UTF-8 if it is UTF-16; other bytes as they are."""
    if b"\0" not in body[:2] and not body.startswith(_UTF_16):
        return body
    encoding = "utf-16-be" if body[:1] == b"\0" else "utf-16-le"
    if body.startswith(_UTF_16):
        encoding = "utf-16"
    try:
        return body.decode(encoding).encode()
    except UnicodeError:
        return body.replace(b"\0", b"")


def decoded(body: bytes) -> str:
    """The text of a raw file that is not packed, without its byte order mark.

    Raises InvalidRawFile where it is empty, or not text in UTF-8.
    """
    if not body:
        raise InvalidRawFile("the file is not empty", "it has no bytes")
    for signature, finding in _SIGNATURES.items():
        if body.startswith(signature):
            raise InvalidRawFile(RULE, finding)
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidRawFile(
            RULE, f"byte {error.start + 1} of the file is not UTF-8; save the file as UTF-8"
        ) from None
    if text.startswith(_MANGLED):
        raise InvalidRawFile(
            RULE, "its text was read in another encoding and saved again; take the original file"
        )
    if "\0" in text:
        raise InvalidRawFile(RULE, "it has NUL characters; if it is UTF-16, save it as UTF-8")
    return text
