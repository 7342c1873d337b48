"""What separates the cells of a chart file or table."""

from __future__ import annotations

import pytest

from etl.sources.chart_files import normalized
from etl.sources.delimiters import delimiter_of

NAMES = ("rank", "uri", "artist_names", "track_name", "streams")
VALUES = ("1", "spotify:track:a", '"Ann, Bob; Cleo"', '"Half | Moon"', "9")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("note", ["", "Note, with; all | of\tthem\n"])
def test_what_separates_the_names_of_columns_separates_all_cells(delimiter, note):
    text = "\n".join([note + delimiter.join(NAMES), delimiter.join(VALUES), ""])
    row = normalized(text, 0, "regional-us-weekly")
    assert '"spotify:track:a","Half | Moon","Ann, Bob; Cleo","' in row


@pytest.mark.parametrize("text", ["", "a;b;c\n", "rank\n1\n", '"rank,uri,title"\n'])
def test_it_is_a_comma_where_nothing_else_separates_names(text):
    assert delimiter_of(text) == ","
